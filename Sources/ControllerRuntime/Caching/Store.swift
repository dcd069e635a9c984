import Kubernetes
import Synchronization

/// The copy of one type's objects that an ``Informer`` keeps. Reads never wait for the network.
///
/// Subscribers get keys, never objects: whoever works on a key reads the newest copy.
package final class Store: Sendable {
  package typealias Mapping = @Sendable (KubeObject) -> [ObjectKey]

  /// What the copy says about the server.
  package enum Condition: Sendable, Equatable {
    /// No list has come yet.
    case unknown
    /// The server does not serve the type.
    case absent
    case current
  }

  private struct Subscriber {
    let mapping: Mapping
    let deliver: @Sendable ([ObjectKey]) -> Void
  }
  private struct State {
    var condition = Condition.unknown
    var objects: [ObjectKey: KubeObject] = [:]
    var subscribers: [Subscriber] = []
  }

  package let type: ResourceType
  private let state = Mutex(State())

  package init(_ type: ResourceType) { self.type = type }

  package var condition: Condition { state.withLock { $0.condition } }
  /// Whether the copy can be relied on: a first list has come, or the type is known not to be served.
  package var hasSynced: Bool { condition != .unknown }
  /// `nil` when the type is not served, or no list has come yet.
  package var objects: [ObjectKey: KubeObject]? { state.withLock { $0.condition == .current ? $0.objects : nil } }
  package var count: Int { state.withLock { $0.objects.count } }
  package subscript(key: ObjectKey) -> KubeObject? { state.withLock { $0.objects[key] } }

  /// Tells `deliver` the keys that need another look whenever an object comes, changes or goes.
  ///
  /// - Parameter mapping: the keys to look at because of an object, such as its owner's; its own unless told otherwise. It is asked
  ///   about the object as it was and as it is.
  package func subscribe(mapping: @escaping Mapping = { [$0.key] }, deliver: @escaping @Sendable ([ObjectKey]) -> Void) {
    let subscriber = Subscriber(mapping: mapping, deliver: deliver)
    let objects = state.withLock { state in
      state.subscribers.append(subscriber)
      return Array(state.objects.values)
    }
    notify([subscriber], objects)
  }

  /// Takes a change over. An object of the version that is here already is no change.
  package func apply(_ change: Watcher.Change) {
    let (subscribers, touched) = state.withLock { state in (state.subscribers, Self.update(&state, change)) }
    notify(subscribers, touched)
  }

  /// Tells all subscribers to look at everything again.
  package func resync() {
    let (subscribers, objects) = state.withLock { ($0.subscribers, Array($0.objects.values)) }
    notify(subscribers, objects)
  }

  /// Returns the objects that came, changed (as they were and as they are) or went.
  private static func update(_ state: inout State, _ change: Watcher.Change) -> [KubeObject] {
    switch change {
    case .upsert(let object):
      let before = state.objects[object.key]
      if let before, before.resourceVersion == object.resourceVersion, before.uid == object.uid { return [] }
      state.objects[object.key] = object
      return [before, object].compactMap { $0 }
    case .delete(let object):
      return [state.objects.removeValue(forKey: object.key)].compactMap { $0 }
    case .replace(let objects):
      let before = state.objects
      state.condition = .current
      state.objects = Dictionary(objects.map { ($0.key, $0) }) { _, last in last }
      let gone = before.values.filter { state.objects[$0.key] == nil }
      let new = objects.filter { before[$0.key]?.resourceVersion != $0.resourceVersion || before[$0.key]?.uid != $0.uid }
      return gone + new.flatMap { [before[$0.key], $0].compactMap { $0 } }
    case .absent:
      let gone = Array(state.objects.values)
      state.condition = .absent
      state.objects = [:]
      return gone
    }
  }

  private func notify(_ subscribers: [Subscriber], _ objects: [KubeObject]) {
    guard !objects.isEmpty else { return }
    for subscriber in subscribers {
      let keys = Set(objects.flatMap(subscriber.mapping))
      if !keys.isEmpty { subscriber.deliver(keys.sorted()) }
    }
  }
}
