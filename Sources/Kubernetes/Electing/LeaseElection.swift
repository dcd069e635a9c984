import JSON

/// Who of several candidates leads, decided over one `coordination.k8s.io/v1` Lease, as a state machine.
///
/// ```
///   following ── lease free, or unchanged for its duration ──▶ (write accepted) ──▶ leading
///       ▲                                                                              │
///       └──── no accepted write for the renew deadline · another holder · released ◀───┘
/// ```
/// Clocks of other machines are never trusted: a lease has expired when *this* candidate has seen no change of it for the lease's
/// duration. The leader counts its own time from the moment a write was sent, so it stops before anyone may take over.
package struct LeaseElection: Sendable {
  package struct Timing: Sendable, Equatable {
    /// How long others wait after the last change they saw.
    package var lease: Duration
    /// How long the leader goes on without an accepted write; shorter than `lease`.
    package var renew: Duration
    /// Between two tries.
    package var retry: Duration

    package init(lease: Duration = .seconds(15), renew: Duration = .seconds(10), retry: Duration = .seconds(2)) {
      self.lease = lease
      self.renew = renew
      self.retry = retry
    }
  }

  package enum State: Sendable, Equatable {
    case following
    /// Since the sending of the last accepted write.
    case leading(renewedAt: Duration)
  }

  package enum Write: Sendable, Equatable {
    case create(KubeObject)
    case replace(KubeObject)
  }

  package static let type = ResourceType(group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases")

  package let key: ObjectKey
  package let identity: String
  package let timing: Timing
  package private(set) var state = State.following
  /// The lease as last seen and when it last changed.
  private var observed: (spec: JSONValue?, at: Duration)?

  package init(key: ObjectKey, identity: String, timing: Timing = Timing()) {
    self.key = key
    self.identity = identity
    self.timing = timing
  }

  /// Whether this candidate may act as the leader at this moment.
  package func leads(now: Duration) -> Bool {
    if case .leading(let renewedAt) = state { now - renewedAt < timing.renew } else { false }
  }

  /// When leading ends unless a write is accepted before; `nil` when following.
  package var leadsUntil: Duration? {
    if case .leading(let renewedAt) = state { renewedAt + timing.renew } else { nil }
  }

  package var holder: String? { observed?.spec?["holderIdentity"]?.string }

  /// Looks at the lease as it is and says what to write, if anything.
  ///
  /// - Parameters:
  ///   - lease: `nil` when there is none.
  ///   - now: monotonic time, from any origin that stays the same.
  ///   - wallClock: the current time with microseconds, RFC 3339, for people to read.
  package mutating func observe(_ lease: KubeObject?, now: Duration, wallClock: String) -> Write? {
    let spec = lease?["spec"]
    if observed == nil || observed?.spec != spec { observed = (spec, now) }
    guard let lease else {
      return .create(filled(KubeObject(Self.type, namespace: key.namespace, name: key.name), taking: true, wallClock: wallClock))
    }
    let holder = spec?["holderIdentity"]?.string ?? ""
    if holder == identity { return .replace(filled(lease, taking: false, wallClock: wallClock)) }
    state = .following
    guard holder.isEmpty || hasExpired(spec, now: now) else { return nil }
    return .replace(filled(lease, taking: true, wallClock: wallClock))
  }

  /// A write was accepted.
  ///
  /// - Parameter sentAt: when it was sent; the answer may have taken long.
  package mutating func accepted(_ lease: KubeObject, sentAt: Duration) {
    observed = (lease["spec"], sentAt)
    state = .leading(renewedAt: sentAt)
  }

  /// Nothing was accepted: a conflict, or no answer. Leading ends when the renew deadline has passed.
  package mutating func failed(now: Duration) {
    if !leads(now: now) { state = .following }
  }

  /// The lease as it is to be written to let another candidate have it at once; `nil` when this one does not hold it.
  package mutating func release(_ lease: KubeObject?, wallClock: String) -> KubeObject? {
    state = .following
    guard var lease, lease[["spec", "holderIdentity"]]?.string == identity else { return nil }
    lease[["spec", "holderIdentity"]] = ""
    lease[["spec", "leaseDurationSeconds"]] = 1
    lease[["spec", "renewTime"]] = .string(wallClock)
    return lease
  }

  private func hasExpired(_ spec: JSONValue?, now: Duration) -> Bool {
    guard let observed else { return false }
    let promised = spec?["leaseDurationSeconds"]?.int.map { Duration.seconds($0) } ?? timing.lease
    return now - observed.at >= promised
  }

  private func filled(_ lease: KubeObject, taking: Bool, wallClock: String) -> KubeObject {
    var lease = lease
    let transitions = lease[["spec", "leaseTransitions"]]?.int
    lease[["spec", "holderIdentity"]] = .string(identity)
    lease[["spec", "leaseDurationSeconds"]] = JSONValue(Int(max(1, timing.lease.components.seconds)))
    lease[["spec", "renewTime"]] = .string(wallClock)
    if taking {
      lease[["spec", "acquireTime"]] = .string(wallClock)
      lease[["spec", "leaseTransitions"]] = JSONValue(transitions.map { $0 + 1 } ?? 0)
    }
    return lease
  }
}
