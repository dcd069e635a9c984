import JSON

/// Why the server refused: metav1.Status, or what can be said of an answer that holds none.
package struct APIStatus: Error, Sendable, Equatable, CustomStringConvertible {
  /// One field's part in the refusal.
  package struct Cause: Sendable, Equatable {
    package let field: String
    package let reason: String
    package let message: String
  }

  /// The HTTP status.
  package let code: Int
  /// One word, such as `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, `Expired`; empty when the server gave none.
  package let reason: String
  package let message: String
  package let causes: [Cause]
  /// When the server wants to be asked again.
  package let retryAfter: Duration?

  package init(code: Int, reason: String = "", message: String = "", causes: [Cause] = [], retryAfter: Duration? = nil) {
    self.code = code
    self.reason = reason
    self.message = message
    self.causes = causes
    self.retryAfter = retryAfter
  }

  /// Reads a Status object: the body of a refusal, or the object of a watch's ERROR event.
  ///
  /// - Parameters:
  ///   - code: the HTTP status, used when the object has none.
  ///   - retryAfterHeader: the value of `Retry-After`, in seconds.
  package init(_ json: JSONValue, code: Int = 0, retryAfterHeader: String? = nil) {
    let details = json["details"]
    let seconds = retryAfterHeader.flatMap { Int($0) } ?? details?["retryAfterSeconds"]?.int
    self.init(
      code: json["code"]?.int ?? code, reason: json["reason"]?.string ?? "", message: json["message"]?.string ?? "",
      causes: (details?["causes"]?.array ?? []).map {
        Cause(field: $0["field"]?.string ?? "", reason: $0["reason"]?.string ?? "", message: $0["message"]?.string ?? "")
      },
      retryAfter: seconds.flatMap { (0...86_400).contains($0) ? .seconds($0) : nil })
  }

  package var isNotFound: Bool { code == 404 }
  package var isAlreadyExists: Bool { code == 409 && reason == "AlreadyExists" }
  package var isConflict: Bool { code == 409 && reason != "AlreadyExists" }
  /// The resource version or continue token is older than the server's memory.
  package var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }
  package var isTooManyRequests: Bool { code == 429 }
  package var isUnauthorized: Bool { code == 401 }
  package var isForbidden: Bool { code == 403 }
  package var isInvalid: Bool { code == 422 }

  package var description: String {
    let text = message.isEmpty ? "the server answered with HTTP \(code)" : message
    return reason.isEmpty ? "\(code): \(text)" : "\(code) \(reason): \(text)"
  }
}

extension APIStatus {
  package func with(retryAfter: Duration) -> APIStatus {
    APIStatus(code: code, reason: reason, message: message, causes: causes, retryAfter: retryAfter)
  }
}
