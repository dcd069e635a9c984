import NIOCore
import NIOPosix
import Scheduling

/// Asks every model server how busy it is, and tells its scheduler.
///
/// How often follows the pool's reference service time: a report is worth little when most of what it counted is over.
/// Unchecked because it is confined to the loop it was made with.
final class BackendScraper: @unchecked Sendable {
  private struct Key: Hashable {
    var pool: String
    var backend: String
  }

  private struct Target {
    var connection: MetricsConnection?
    var isBusy = false
    var dueAt = MonotonicTime.zero
    var failures = 0
  }

  /// Between two reports: half the reference service time, within these bounds.
  static let shortestInterval: Duration = .milliseconds(50)
  static let longestInterval: Duration = .seconds(5)
  static let unmeasuredInterval: Duration = .milliseconds(250)
  /// A server that does not report is asked more and more seldom.
  static let maximumDoublings = 6

  private let context: DataPlaneContext
  private let state: LoopState
  private var targets: [Key: Target] = [:]
  private var task: RepeatedTask?

  init(context: DataPlaneContext, loop: LoopState) {
    self.context = context
    state = loop
  }

  func start() {
    state.loop.execute { [self] in
      let step = TimeAmount(Self.shortestInterval)
      task = state.loop.scheduleRepeatedTask(initialDelay: .zero, delay: step) { [self] _ in scrapeDue() }
    }
  }

  func stop() {
    state.loop.execute { [self] in
      task?.cancel()
      task = nil
      for target in targets.values { target.connection?.close() }
      targets = [:]
    }
  }

  private func scrapeDue() {
    guard let table = context.table else { return }
    let now = DataPlaneContext.now
    var current = Set<Key>()
    for (pool, policy) in zip(table.pools, table.policy.pools) where policy.scheduling.capacity != .inferred {
      for backend in policy.backends { current.insert(Key(pool: pool.name, backend: backend.id)) }
      guard policy.backends.contains(where: { isDue(Key(pool: pool.name, backend: $0.id), now) }) else { continue }
      let statistics = pool.shell.statistics(now: now)
      for backend in policy.backends {
        let key = Key(pool: pool.name, backend: backend.id)
        guard isDue(key, now), let index = statistics.backends.first(where: { $0.id == backend.id && !$0.draining })?.index else {
          continue
        }
        schedule(key, now, interval(statistics.referenceServiceTime))
        scrape(key, backend, index, pool.shell)
      }
    }
    for key in targets.keys where !current.contains(key) {
      targets[key]?.connection?.close()
      targets[key] = nil
    }
  }

  private func isDue(_ key: Key, _ now: MonotonicTime) -> Bool {
    guard let target = targets[key] else { return true }
    return !target.isBusy && target.dueAt <= now
  }

  private func interval(_ serviceTime: Duration?) -> Duration {
    guard let serviceTime else { return Self.unmeasuredInterval }
    return min(max(serviceTime / 2, Self.shortestInterval), Self.longestInterval)
  }

  private func schedule(_ key: Key, _ now: MonotonicTime, _ interval: Duration) {
    let doublings = min(targets[key, default: Target()].failures, Self.maximumDoublings)
    targets[key, default: Target()].dueAt = now.advanced(by: interval * (1 << doublings))
    targets[key]?.isBusy = true
  }

  private func scrape(_ key: Key, _ backend: Backend, _ index: Int, _ shell: SchedulerShell) {
    let done: ([UInt8]?) -> Void = { [self] page in finished(key, page, index, shell) }
    if let connection = targets[key]?.connection, connection.isOpen { return connection.fetch(done) }
    guard let address = try? SocketAddress(ipAddress: backend.host, port: backend.port) else { return done(nil) }
    let connection = MetricsConnection(host: backend.id)
    ClientBootstrap(group: state.loop)
      .connectTimeout(TimeAmount(context.configuration.connectTimeout))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(connection) }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenComplete { [self] result in
        guard case .success = result, targets[key] != nil else {
          connection.close()
          return done(nil)
        }
        targets[key]?.connection = connection
        connection.fetch(done)
      }
  }

  private func finished(_ key: Key, _ page: [UInt8]?, _ index: Int, _ shell: SchedulerShell) {
    guard targets[key] != nil else { return }
    targets[key]?.isBusy = false
    guard let report = page.flatMap({ ModelServerMetrics.report($0.span) }) else {
      targets[key]?.failures += 1
      return
    }
    targets[key]?.failures = 0
    state.deliver(shell.report(report, from: index, now: DataPlaneContext.now))
  }
}
