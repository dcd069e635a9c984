import JSON

/// One write to the API, as a value.
package enum Action: Sendable, Equatable {
  /// Server-side apply with force: the object holds only the fields that `manager` owns.
  case apply(ResourceType, KubeObject, manager: String)
  /// Server-side apply of `/status`.
  case applyStatus(ResourceType, KubeObject, manager: String)
  /// Deletes the object if it still has this uid; one that is gone already counts as done.
  case delete(ResourceType, ObjectKey, uid: String?)
  case event(EventNote)
}

/// Something a person would ask about: published as an `events.k8s.io/v1` Event.
package struct EventNote: Sendable, Equatable {
  package enum Level: String, Sendable {
    case normal = "Normal"
    case warning = "Warning"
  }

  /// The object it is about.
  package var regarding: KubeObject
  package var level: Level
  /// One CamelCase word: why.
  package var reason: String
  /// One CamelCase word: what was done.
  package var action: String
  /// A sentence, at most 1 kB.
  package var note: String

  package init(_ level: Level, reason: String, action: String, note: String, regarding: KubeObject) {
    self.level = level
    self.reason = reason
    self.action = action
    self.note = note
    self.regarding = regarding
  }
}
