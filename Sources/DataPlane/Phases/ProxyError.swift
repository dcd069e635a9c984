import Scheduling

/// Why a request gets no answer from a model server: one path from any failure to a response.
struct ProxyError: Error, Equatable {
  /// Whose fault it is.
  enum Origin: String { case client, proxy, upstream }

  var origin: Origin
  var status: Int
  var type: String
  var code: String
  var message: String
  var parameter: String?
  var retryAfter: Duration?
  /// The value of `WWW-Authenticate` (RFC 9110 section 11.6.1).
  var challenge: String?
  /// What follows on the connection cannot be trusted.
  var closes = false
  /// Header lines that belong to the status, each with its CR LF.
  var fields: String?

  /// The body in the format of OpenAI's API.
  var body: [UInt8] {
    var text = Array("{\"error\":{\"message\":".utf8) + JSONText.quoted(message)
    text += Array(",\"type\":".utf8) + JSONText.quoted(type) + Array(",\"code\":".utf8) + JSONText.quoted(code)
    text += Array(",\"param\":".utf8) + (parameter.map(JSONText.quoted) ?? Array("null".utf8)) + Array("}}".utf8)
    return text
  }
}

extension ProxyError {
  static func invalid(_ message: String, code: String = "invalid_request", parameter: String? = nil) -> ProxyError {
    ProxyError(origin: .client, status: 400, type: "invalid_request_error", code: code, message: message, parameter: parameter)
  }

  static func problem(_ problem: HTTPProblem) -> ProxyError {
    ProxyError(
      origin: .client, status: problem.status, type: "invalid_request_error", code: "malformed_http", message: problem.message, closes: true
    )
  }

  static func fault(_ fault: JSONFault) -> ProxyError {
    .invalid(fault.message, code: "invalid_json", parameter: fault.parameter)
  }

  static func fault(_ fault: FormFault) -> ProxyError {
    .invalid(fault.message, code: "invalid_form", parameter: fault.parameter)
  }

  static func modelMissing(known: [String]) -> ProxyError {
    .invalid("You must provide a model parameter. \(offer(known))", code: "model_missing", parameter: "model")
  }

  static func modelNotFound(_ model: String, known: [String]) -> ProxyError {
    ProxyError(
      origin: .client, status: 404, type: "invalid_request_error", code: "model_not_found",
      message: "The model '\(model)' does not exist. \(offer(known))", parameter: "model")
  }

  private static func offer(_ known: [String]) -> String {
    known.isEmpty ? "No models are served yet." : "Models served here: \(known.joined(separator: ", "))."
  }

  static let notFound = ProxyError(
    origin: .client, status: 404, type: "invalid_request_error", code: "unknown_url",
    message: "There is nothing here. POST to /v1/chat/completions, /v1/completions, /v1/embeddings or /v1/responses; GET /v1/models.")

  static let notTaken = ProxyError(
    origin: .client, status: 404, type: "invalid_request_error", code: "not_taken",
    message: "This port shows health and metrics only. Send requests for models to the gateway.")

  static func wrongMethod(allowed: StaticString) -> ProxyError {
    ProxyError(
      origin: .client, status: 405, type: "invalid_request_error", code: "method_not_allowed",
      message: "The method must be one of: \(allowed).", fields: "allow: \(allowed)\r\n")
  }

  static let requestTimeout = ProxyError(
    origin: .client, status: 408, type: "invalid_request_error", code: "request_timeout",
    message: "The request did not arrive completely in time.", closes: true)

  /// - Parameters:
  ///   - serviceTime: What a request takes now: as soon as some are over there is room again.
  ///   - closes: The rest of the request has not been read.
  static func noMemory(serviceTime: Duration, closes: Bool) -> ProxyError {
    ProxyError(
      origin: .proxy, status: 503, type: "service_unavailable", code: "out_of_memory",
      message: "The requests that are under way take all the memory there is for them. Send this one again later.",
      retryAfter: serviceTime, closes: closes)
  }

  static let noPolicy = ProxyError(
    origin: .proxy, status: 503, type: "service_unavailable", code: "no_policy", message: "No traffic policy has been received yet.",
    retryAfter: .seconds(1))

  static func refusal(_ refusal: Refusal, tier: String) -> ProxyError {
    let (status, type, code, message) =
      switch refusal.reason {
      case .queueFull: (429, "rate_limit_error", "queue_full", "The queue of tier '\(tier)' is full.")
      case .expectedWait: (429, "rate_limit_error", "overloaded", "The expected wait of tier '\(tier)' is too long.")
      case .noBackend: (503, "service_unavailable", "no_backend", "No model server can take this request now.")
      case .retryBudget: (502, "upstream_error", "retry_budget", "The model server failed, and too many requests are being retried.")
      }
    return ProxyError(origin: .proxy, status: status, type: type, code: code, message: message, retryAfter: refusal.retryAfter)
  }

  static func upstream(_ kind: FailureKind) -> ProxyError {
    let (status, code, message) =
      switch kind {
      case .connect: (502, "upstream_connect", "The model server does not accept connections.")
      case .reset: (502, "upstream_reset", "The model server ended the connection before its answer was complete.")
      case .status5xx: (502, "upstream_error", "The model server failed.")
      case .timeout: (504, "upstream_timeout", "The model server did not answer in time.")
      }
    return ProxyError(origin: .upstream, status: status, type: "upstream_error", code: code, message: message)
  }
}
