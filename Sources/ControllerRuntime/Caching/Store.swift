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
    var conditionSubscribers: [@Sendable () -> Void] = []
    var problem: KubeError?
  }

  package let type: ResourceType
  private let state = Mutex(State())

  package init(_ type: ResourceType) { self.type = type }

  package var condition: Condition { state.withLock { $0.condition } }
  /// Whether the copy can be relied on: a first list has come, or the type is known not to be served.
  package var hasSynced: Bool { condition != .unknown }
  /// Why the last list or watch failed; `nil` once one has worked.
  package var problem: KubeError? { state.withLock { $0.problem } }
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

  /// Tells `deliver` when the type begins or ends to be served: then no object need have changed.
  package func subscribeToCondition(_ deliver: @escaping @Sendable () -> Void) {
    state.withLock { $0.conditionSubscribers.append(deliver) }
  }

  /// Takes a change over. An object of the version that is here already is no change.
  package func apply(_ change: Watcher.Change) {
    let (subscribers, touched, conditionSubscribers) = state.withLock { state in
      let before = state.condition
      let touched = Self.update(&state, change)
      state.problem = nil
      return (state.subscribers, touched, state.condition == before ? [] : state.conditionSubscribers)
    }
    notify(subscribers, touched)
    for deliver in conditionSubscribers { deliver() }
  }

  /// Remembers why a list or a watch failed. The copy stays as it is.
  package func failed(_ error: KubeError) { state.withLock { $0.problem = error } }

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
