import APIMachinery
import JSON

/// A refusal as the API words it: an HTTP code and a metav1.Status that kubectl prints well.
package struct APIError: Error, Sendable, Equatable {
  package var code: Int
  package var reason: String
  package var message: String
  package var details = JSONObject()

  /// The metav1.Status.
  package var status: JSONValue {
    var status: JSONObject = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
    ]
    if !reason.isEmpty { status["reason"] = .string(reason) }
    if !details.isEmpty { status["details"] = .object(details) }
    status["code"] = JSONValue(code)
    return .object(status)
  }
}

// The wording is that of k8s.io/apimachinery/pkg/api/errors: people and programs search for it.
extension APIError {
  /// Which object of which kind a refusal is about.
  package struct Subject: Sendable {
    package var group: String
    package var plural: String
    package var kind: String
    package var name: String

    var qualified: String { group.isEmpty ? plural : "\(plural).\(group)" }
    var details: JSONObject {
      var details = JSONObject()
      if !name.isEmpty { details["name"] = .string(name) }
      if !group.isEmpty { details["group"] = .string(group) }
      if !plural.isEmpty { details["kind"] = .string(plural) }
      return details
    }
  }

  static func notFound(_ subject: Subject) -> APIError {
    APIError(code: 404, reason: "NotFound", message: "\(subject.qualified) \"\(subject.name)\" not found", details: subject.details)
  }

  /// A path that nothing serves.
  static let noSuchResource = APIError(
    code: 404, reason: "NotFound", message: "the server could not find the requested resource")

  static func alreadyExists(_ subject: Subject) -> APIError {
    APIError(
      code: 409, reason: "AlreadyExists", message: "\(subject.qualified) \"\(subject.name)\" already exists", details: subject.details)
  }

  static func conflict(_ subject: Subject, _ why: String? = nil) -> APIError {
    let why = why ?? "the object has been modified; please apply your changes to the latest version and try again"
    return APIError(
      code: 409, reason: "Conflict", message: "Operation cannot be fulfilled on \(subject.qualified) \"\(subject.name)\": \(why)",
      details: subject.details)
  }

  static func invalid(_ subject: Subject, _ errors: [FieldError]) -> APIError {
    var details = subject.details
    details["kind"] = .string(subject.kind)
    details["causes"] = .array(
      errors.map { ["reason": .string($0.reason), "message": .string($0.message), "field": .string($0.field)] })
    let qualified = subject.group.isEmpty ? subject.kind : "\(subject.kind).\(subject.group)"
    return APIError(
      code: 422, reason: "Invalid", message: "\(qualified) \"\(subject.name)\" is invalid: \(errors.aggregate)", details: details)
  }

  static func badRequest(_ message: String) -> APIError { APIError(code: 400, reason: "BadRequest", message: message) }

  static func forbidden(_ subject: Subject, _ why: String) -> APIError {
    APIError(
      code: 403, reason: "Forbidden", message: "\(subject.qualified) \"\(subject.name)\" is forbidden: \(why)", details: subject.details)
  }

  static let methodNotAllowed = APIError(
    code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource")

  static func notAcceptable(accepted: [String]) -> APIError {
    APIError(
      code: 406, reason: "NotAcceptable",
      message: "only the following media types are accepted: \(accepted.joined(separator: ", "))")
  }

  /// client-go (1.31 and later) takes 415 as the sign to send JSON instead of protobuf.
  static func unsupportedMediaType(accepted: [String]) -> APIError {
    APIError(
      code: 415, reason: "UnsupportedMediaType",
      message: "the body of the request was in an unknown format - accepted media types include: \(accepted.joined(separator: ", "))")
  }

  static func tooLarge(limit: Int) -> APIError {
    APIError(code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: limit is \(limit)")
  }

  /// The version to watch from is no longer in the history.
  static func expired(_ message: String) -> APIError { APIError(code: 410, reason: "Expired", message: message) }

  /// A version that this server has not reached.
  static func tooLargeVersion(wanted: Int64, current: Int64) -> APIError {
    APIError(
      code: 504, reason: "Timeout", message: "Timeout: Too large resource version: \(wanted), current: \(current)",
      details: [
        "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]], "retryAfterSeconds": 1,
      ])
  }

  static func internalError(_ error: any Error) -> APIError {
    APIError(code: 500, reason: "InternalError", message: "Internal error occurred: \(error)")
  }
}
