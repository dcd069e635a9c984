import JSON

/// One aspect of an object's state, as metav1.Condition: what `kubectl wait --for=condition=Ready` reads.
package struct Condition: Sendable, Equatable {
  package enum Status: String, Sendable {
    case yes = "True"
    case no = "False"
    case unknown = "Unknown"
  }

  package var type: String
  package var status: Status
  /// One CamelCase word for programs.
  package var reason: String
  /// A sentence for people: what is, and what to do about it.
  package var message: String
  /// The generation of the object that this was judged on.
  package var observedGeneration: Int?
  /// When `status` last changed, RFC 3339; filled in by ``merging(_:into:now:)``.
  package var lastTransitionTime: String?

  package init(_ type: String, _ status: Status, reason: String, message: String, observedGeneration: Int? = nil) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.observedGeneration = observedGeneration
  }

  /// Reads any project's conditions: KServe's and KEDA's lack some of the fields. `nil` without type or status.
  package init?(_ json: JSONValue) {
    guard let type = json["type"]?.string, let status = json["status"]?.string.flatMap(Status.init(rawValue:)) else { return nil }
    self.init(
      type, status, reason: json["reason"]?.string ?? "", message: json["message"]?.string ?? "",
      observedGeneration: json["observedGeneration"]?.int)
    lastTransitionTime = json["lastTransitionTime"]?.string
  }

  package var json: JSONValue {
    var object: JSONObject = ["type": .string(type), "status": .string(status.rawValue)]
    if let observedGeneration { object["observedGeneration"] = JSONValue(observedGeneration) }
    if let lastTransitionTime { object["lastTransitionTime"] = .string(lastTransitionTime) }
    object["reason"] = .string(reason)
    object["message"] = .string(message)
    return .object(object)
  }

  /// `conditions` as they should be written over `previous`: a time of transition moves only with the status.
  ///
  /// - Parameter now: the current time, RFC 3339.
  package static func merging(_ conditions: [Condition], into previous: [Condition], now: String) -> [Condition] {
    conditions.map { condition in
      var merged = condition
      let before = previous.first { $0.type == condition.type }
      merged.lastTransitionTime = before?.status == condition.status ? before?.lastTransitionTime ?? now : now
      return merged
    }
  }
}
