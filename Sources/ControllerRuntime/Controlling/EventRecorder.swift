import JSON
import Kubernetes
import Logging
import Synchronization

/// Publishes what happened as `events.k8s.io/v1` Events: best effort, bounded, equal ones as one series.
///
/// Recording never waits and never fails; when the server is slow or gone the oldest notes are dropped and counted.
package final class EventRecorder: Sendable {
  /// Notes that wait for the server.
  private static let maximumPending = 256
  /// Series that are remembered; the API keeps an event for an hour.
  private static let maximumSeries = 4096
  /// An equal note within this time continues the series.
  private static let seriesLifetime: Duration = .seconds(360)

  static let type = ResourceType(group: "events.k8s.io", version: "v1", kind: "Event", plural: "events")

  private struct Identity: Hashable {
    let uid: String
    let level: String
    let reason: String
    let action: String
    let note: String
  }
  private struct Series {
    let note: EventNote
    let firstSeen: String
    var lastSeen: String
    var touched: Duration
    var written: Duration?
    var count = 1
    var isPending = true
    var key: ObjectKey?
  }
  private struct State {
    var series: [Identity: Series] = [:]
    var pending: [Identity] = []
  }

  private let client: Client
  private let controller: String
  private let instance: String
  private let seriesPeriod: Duration
  private let metrics: RuntimeMetrics
  private let logger: Logger
  private let state = Mutex(State())
  private let signal = Signal()

  /// - Parameters:
  ///   - controller: `reportingController`, such as `podium.io/operator`.
  ///   - instance: `reportingInstance`, the name of the pod or host.
  ///   - seriesPeriod: a series is written at most this often.
  package init(
    _ client: Client, controller: String, instance: String, seriesPeriod: Duration = .seconds(10),
    metrics: RuntimeMetrics = RuntimeMetrics(),
    logger: Logger = Logger(label: "podium.events")
  ) {
    self.client = client
    self.controller = controller
    self.instance = instance
    self.seriesPeriod = seriesPeriod
    self.metrics = metrics
    self.logger = logger
  }

  package func record(_ note: EventNote) {
    let identity = Identity(
      uid: note.regarding.uid ?? "\(note.regarding.kind)/\(note.regarding.key)", level: note.level.rawValue, reason: note.reason,
      action: note.action, note: note.note)
    let dropped = state.withLock { state in
      let now = Clocks.monotonic()
      if var series = state.series[identity], now - series.touched < Self.seriesLifetime {
        series.count += 1
        series.touched = now
        series.lastSeen = Clocks.wallMicro()
        if !series.isPending {
          series.isPending = true
          state.pending.append(identity)
        }
        state.series[identity] = series
        return false
      }
      let time = Clocks.wallMicro()
      state.series[identity] = Series(note: note, firstSeen: time, lastSeen: time, touched: now)
      if !state.pending.contains(identity) { state.pending.append(identity) }
      return Self.trim(&state, now: now)
    }
    if dropped { metrics.add("events_dropped_total") }
    signal.fire()
  }

  private static func trim(_ state: inout State, now: Duration) -> Bool {
    if state.series.count > maximumSeries {
      state.series = state.series.filter { $0.value.isPending || now - $0.value.touched < seriesLifetime }
      if state.series.count > maximumSeries { state.series = state.series.filter { $0.value.isPending } }
    }
    guard state.pending.count > maximumPending else { return false }
    state.series[state.pending.removeFirst()] = nil
    return true
  }

  /// Publishes until the task is cancelled.
  package func run() async {
    while !Task.isCancelled {
      let (due, wait) = takeDue()
      for identity in due { await publish(identity) }
      if due.isEmpty { await signal.wait(atMost: wait) }
    }
  }

  /// The notes to write now, and how long until the first of the others may be.
  private func takeDue() -> ([Identity], wait: Duration?) {
    state.withLock { state in
      let now = Clocks.monotonic()
      var due: [Identity] = []
      var later: [Identity] = []
      var wait: Duration?
      for identity in state.pending {
        let written = state.series[identity]?.written
        if let written, now - written < seriesPeriod {
          later.append(identity)
          wait = min(wait ?? .seconds(3600), written + seriesPeriod - now)
        } else {
          due.append(identity)
          state.series[identity]?.isPending = false
        }
      }
      state.pending = later
      return (due, wait)
    }
  }

  private func publish(_ identity: Identity) async {
    guard let series = state.withLock({ $0.series[identity] }) else { return }
    do {
      let isContinued = try await continueSeries(series)
      if !isContinued { try await create(series, identity) }
      state.withLock { $0.series[identity]?.written = Clocks.monotonic() }
    } catch {
      metrics.add("events_dropped_total")
      logger.debug("an event could not be published: \(error)")
    }
  }

  /// Whether the series was there, and has its new count.
  private func continueSeries(_ series: Series) async throws(KubeError) -> Bool {
    guard let key = series.key else { return false }
    let patch: JSONValue = ["series": ["count": JSONValue(series.count), "lastObservedTime": .string(series.lastSeen)]]
    do {
      try await client.mergePatch(Self.type, key, patch)
      return true
    } catch {
      guard error.isNotFound else { throw error }
      return false
    }
  }

  private func create(_ series: Series, _ identity: Identity) async throws(KubeError) {
    let event = try await client.create(Self.type, object(series))
    state.withLock { $0.series[identity]?.key = event.key }
    metrics.add("events_total")
  }

  private func object(_ series: Series) -> KubeObject {
    let regarding = series.note.regarding
    let namespace = regarding.namespace ?? "default"
    let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
    var event = KubeObject(Self.type, namespace: namespace, name: "\(regarding.name.prefix(200)).\(suffix)")
    var reference: JSONObject = [
      "apiVersion": .string(regarding.apiVersion), "kind": .string(regarding.kind), "name": .string(regarding.name),
    ]
    reference["namespace"] = regarding.namespace.map { .string($0) }
    reference["uid"] = regarding.uid.map { .string($0) }
    reference["resourceVersion"] = regarding.resourceVersion.map { .string($0) }
    event["eventTime"] = .string(series.firstSeen)
    event["reportingController"] = .string(controller)
    event["reportingInstance"] = .string(String(instance.prefix(128)))
    event["action"] = .string(series.note.action)
    event["reason"] = .string(series.note.reason)
    event["type"] = .string(series.note.level.rawValue)
    event["note"] = .string(String(series.note.note.prefix(1000)))
    event["regarding"] = .object(reference)
    if series.count > 1 { event["series"] = ["count": JSONValue(series.count), "lastObservedTime": .string(series.lastSeen)] }
    return event
  }
}
