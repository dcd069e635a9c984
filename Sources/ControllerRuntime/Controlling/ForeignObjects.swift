import Kubernetes
import Synchronization

/// Objects that were found where ours were to be, and that somebody else made.
///
/// A copy need not know them: of some types only ours are read, and a copy may be late. They are remembered for a while, so that the
/// decision after this one sees them; then it is tried again, for whoever made them may have taken them away.
package final class ForeignObjects: Sendable {
  private struct Found {
    let object: KubeObject
    let type: ResourceType
    let time: ContinuousClock.Instant
  }

  private let found = Mutex<[ResourceType: [ObjectKey: Found]]>([:])

  private let memory: Duration

  /// - Parameter memory: how long one is believed to be there still.
  package init(memory: Duration = .seconds(45)) { self.memory = memory }

  /// Of an error, in the way of the API server's reasons.
  static let reason = "Foreign"

  /// Whether `live` was made by whoever wants `intent`: they have an owner in common, or, where an object can have none, the name of the
  /// tool that manages it.
  static func isOurs(_ live: KubeObject, _ intent: KubeObject) -> Bool {
    let owners = Set(intent.ownerReferences.map(\.uid))
    if !owners.isEmpty { return live.ownerReferences.contains { owners.contains($0.uid) } }
    let label = "app.kubernetes.io/managed-by"
    return intent.labels[label] != nil && intent.labels[label] == live.labels[label]
  }

  package func remember(_ object: KubeObject, _ type: ResourceType, now: ContinuousClock.Instant = .now) {
    found.withLock { $0[type, default: [:]][object.key] = Found(object: object, type: type, time: now) }
  }

  /// What the copies know, and beside it what was found lately and no copy has.
  package func added(to snapshot: Snapshot, now: ContinuousClock.Instant = .now) -> Snapshot {
    let known = found.withLock { found in
      for type in found.keys { found[type] = found[type]?.filter { $0.value.time.duration(to: now) < memory } }
      return found.values.flatMap(\.values)
    }
    return known.reduce(into: snapshot) { $0.add($1.type, $1.object) }
  }
}
