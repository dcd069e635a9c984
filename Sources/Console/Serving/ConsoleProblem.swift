import Intent
import JSON

/// Why a request is not answered, in the one form of all errors: RFC 9457 (`application/problem+json`), with `errors` that name the
/// field and say what to write instead.
package struct ConsoleProblem: Error, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case invalidRequest = "InvalidRequest"
    case unauthorized = "Unauthorized"
    case forbidden = "Forbidden"
    case notFound = "NotFound"
    /// A model or GPU that this server has never heard of; `errors` names the nearest ones.
    case unknownName = "UnknownName"
    case methodNotAllowed = "MethodNotAllowed"
    /// Well-formed, and two parts of it cannot both hold.
    case contradiction = "Contradiction"
    case unsupportedMediaType = "UnsupportedMediaType"
    /// The time that the caller allowed was over before there was an answer.
    case timedOut = "TimedOut"
    /// A limit of requests or tokens; Retry-After says when there is enough again.
    case tooManyRequests = "TooManyRequests"
    /// A budget is spent.
    case overBudget = "OverBudget"
    /// Every model that was asked failed.
    case badGateway = "BadGateway"
    /// No model can answer now; one could at another time.
    case noModelAvailable = "NoModelAvailable"
    /// This server's fault.
    case failed = "Failed"

    package var status: Int {
      switch self {
      case .invalidRequest: 400
      case .unauthorized: 401
      case .forbidden: 403
      case .notFound, .unknownName: 404
      case .methodNotAllowed: 405
      case .contradiction: 409
      case .unsupportedMediaType: 415
      case .overBudget: 402
      case .timedOut: 408
      case .tooManyRequests: 429
      case .failed: 500
      case .badGateway: 502
      case .noModelAvailable: 503
      }
    }
  }

  package var kind: Kind
  package var detail: String
  package var errors: [ShapeProblem]
  package var headers: [(name: String, value: String)]

  package init(_ kind: Kind, _ detail: String, errors: [ShapeProblem] = [], headers: [(name: String, value: String)] = []) {
    self.kind = kind
    self.detail = detail
    self.errors = errors
    self.headers = headers
  }

  package static func invalid(_ errors: [ShapeProblem]) -> ConsoleProblem {
    ConsoleProblem(.invalidRequest, errors.first.map { "\($0)" } ?? "The request cannot be read.", errors: errors)
  }

  package var json: JSONValue {
    [
      "type": "about:blank", "title": .string(kind.rawValue), "status": JSONValue(kind.status), "detail": .string(detail),
      "errors": .array(errors.map { ["field": .string($0.field), "message": .string($0.message)] }),
    ]
  }

  /// Of ``json``.
  static let shape = Shape.reference(
    "Problem",
    .object([
      .init("type", .text(1...200), "A URI of the kind of problem; about:blank.", required: true),
      .init("title", .choice(Kind.allCases.map(\.rawValue)), "The kind of problem, in one word.", required: true),
      .init("status", .integer(400...599), "The HTTP status.", required: true),
      .init("detail", .text(0...4000), "What is wrong, for people.", required: true),
      .init(
        "errors",
        .list(
          .object([
            .init("field", .text(0...4000), "Path of the field, such as traffic.expectedQPS; empty for the whole.", required: true),
            .init("message", .text(0...4000), "What to write instead.", required: true),
          ]), 0...100), "Each thing that is wrong, with its field.", required: true),
    ]))
}
