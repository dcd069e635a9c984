/// One change of the store: every resourceVersion belongs to exactly one.
package struct StoreEvent: Sendable {
  package enum Kind: Int, Sendable {
    case added = 0
    case modified = 1
    case deleted = 2
  }

  let kind: Kind
  /// The object after the change; of a deletion its last state, with the version of the deletion.
  let object: StoredObject
  /// What selectors would have seen before; `nil` for an object that is new.
  let previous: ObjectFacts?

  var resourceVersion: Int64 { object.resourceVersion }
}

/// What a watcher receives, in order.
package enum StoreSignal: Sendable {
  case event(StoreEvent)
  /// Every change up to this version has been sent.
  case bookmark(Int64)
}
