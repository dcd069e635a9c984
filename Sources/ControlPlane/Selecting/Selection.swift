import Kubernetes

/// Which objects of a collection a list, a watch or a collection delete is about.
struct Selection: Sendable {
  var labels = LabelSelector.everything
  var fields = FieldSelector.everything

  var isEverything: Bool { labels.isEmpty && fields.requirements.isEmpty }

  func matches(_ object: StoredObject) -> Bool { matches(object.facts, key: object.key) }

  /// - Parameter facts: of this or an earlier version of the object; its key never changes.
  func matches(_ facts: ObjectFacts, key: ObjectKey) -> Bool {
    labels.matches(facts.labels)
      && fields.requirements.allSatisfy { requirement in
        let value =
          switch requirement.field {
          case "metadata.name": key.name
          case "metadata.namespace": key.namespace ?? ""
          default: facts.fields[requirement.field] ?? ""
          }
        return (value == requirement.value) == requirement.isEqual
      }
  }

  /// The change as a watcher with this selection sees it: an object that enters the selection is added, one that leaves is
  /// deleted. `nil` when the change is none of its business.
  func kind(of event: StoreEvent) -> StoreEvent.Kind? {
    let before = event.previous.map { matches($0, key: event.object.key) } ?? false
    let after = event.kind != .deleted && matches(event.object)
    return switch (before, after) {
    case (false, false): nil
    case (false, true): .added
    case (true, true): .modified
    case (true, false): .deleted
    }
  }
}
