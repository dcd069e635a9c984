import JSON

/// An error as vLLM's OpenAI server words it.
struct APIError: Error {
  let status: Int
  let type: String
  let message: String
  var parameter: String?

  static func badRequest(_ message: String, parameter: String? = nil) -> APIError {
    APIError(status: 400, type: "BadRequestError", message: message, parameter: parameter)
  }

  static func unknownModel(_ name: String) -> APIError {
    APIError(status: 404, type: "NotFoundError", message: "The model `\(name)` does not exist.", parameter: "model")
  }

  static func unavailable(_ message: String) -> APIError {
    APIError(status: 503, type: "ServiceUnavailableError", message: message)
  }

  var body: JSONValue {
    [
      "error": [
        "message": .string(message), "type": .string(type), "param": parameter.map { .string($0) } ?? .null, "code": JSONValue(status),
      ]
    ]
  }
}
