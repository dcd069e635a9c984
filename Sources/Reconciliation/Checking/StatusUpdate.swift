import JSON
import Kubernetes
import QoSAPI

/// The write of a status and the events that go with it; nothing when the status is what it was.
struct StatusUpdate {
  let type: ResourceType
  let object: KubeObject
  /// Without conditions.
  var status: JSONValue
  var conditions: [Condition]
  /// What is done when a condition changes, one word by type of condition; types without one make no event.
  var eventActions: [String: String]
  /// Reasons which are only a step on the way, or which another condition tells: no event.
  var silent: Set<String> = []
  /// Reasons for which False is no cause to worry.
  var harmless: Set<String> = []
  /// Types of condition which are bad when they are True.
  var warnings: Set<String> = []

  func actions(now: String) -> [Action] {
    let previous = object.conditions
    let merged = Condition.merging(conditions, into: previous, now: now)
    var status = status
    status["conditions"] = .array(merged.map(\.json))
    guard status != object["status"] else { return [] }
    var applied = KubeObject(type, namespace: object.namespace, name: object.name)
    applied["status"] = status
    return [.applyStatus(type, applied, manager: Names.statusManager)] + events(previous: previous)
  }

  /// One for each condition whose status or reason changed, except for those that are still unknown; one only where several
  /// conditions share a reason.
  private func events(previous: [Condition]) -> [Action] {
    var told: Set<String> = []
    return conditions.compactMap { condition in
      guard let action = eventActions[condition.type], condition.status != .unknown, !silent.contains(condition.reason) else { return nil }
      let before = previous.first { $0.type == condition.type }
      if let before, before.status == condition.status, before.reason == condition.reason { return nil }
      guard told.insert(condition.reason).inserted else { return nil }
      let isWarning = warnings.contains(condition.type) == (condition.status == .yes) && !harmless.contains(condition.reason)
      return .event(
        EventNote(
          isWarning ? .warning : .normal, reason: condition.reason, action: action, note: Self.note(condition.message), regarding: object))
    }
  }

  /// At most 1 kB, the limit of the API.
  static func note(_ message: String) -> String {
    guard message.utf8.count > 1000 else { return message }
    var note = message
    while note.utf8.count > 996 { note.removeLast() }
    return note + "…"
  }
}
