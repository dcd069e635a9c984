import NIOCore
import NIOPosix
import Scheduling

/// Asks every model server how busy it is, and tells its scheduler.
///
/// How often follows the pool's reference service time and the backend's number of slots: see `interval`. Nothing wakes in between.
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
    var askedAt = MonotonicTime.zero
    var failures = 0
    /// The shortest time in which it answered lately, in seconds: what asking costs when nothing else is in the way.
    var roundTrip: Double?
  }

  /// Between two reports pass at least this many times what one takes: asking uses at most a twentieth of a server's attention.
  static let busyPart = 20.0
  /// The same while nothing has been measured, so that there is nothing to decide either.
  static let idlePart = 500.0
  /// The part of this loop's time that asking for reports and reading them may take.
  static let shareOfLoop = 0.02
  /// A server that does not report is asked more and more seldom.
  static let maximumDoublings = 6
  /// How long a server is left alone that cannot be asked, or whose answer got lost.
  static let pause = Duration.seconds(1)

  private let context: DataPlaneContext
  private let state: LoopState
  private var targets: [Key: Target] = [:]
  private var timer: Scheduled<Void>?
  private var armedFor = MonotonicTime(nanoseconds: .max)
  private var isRunning = false
  /// What one report costs this loop, from the decision to ask to what the scheduler makes of it, in seconds.
  private var work: Double { (asking ?? 0) + (reading ?? 0) }
  private var asking: Double?
  private var reading: Double?
  /// The table by which servers are asked.
  private var known: RoutingTable?

  init(context: DataPlaneContext, loop: LoopState) {
    self.context = context
    state = loop
  }

  func start() {
    state.loop.execute { [self] in
      isRunning = true
      scrapeDue()
    }
  }

  /// New backends are asked at once.
  func policyChanged() { state.loop.execute { [self] in scrapeDue() } }

  func stop() {
    state.loop.execute { [self] in
      isRunning = false
      timer?.cancel()
      timer = nil
      for target in targets.values { target.connection?.close() }
      targets = [:]
    }
  }

  private func scrapeDue() {
    guard isRunning, let table = context.table else { return }
    let now = DataPlaneContext.now
    if table !== known { adopt(table) }
    var asked = 0
    for (pool, policy) in zip(table.pools, table.policy.pools) where policy.scheduling.capacity != .inferred {
      for backend in policy.backends {
        let key = Key(pool: pool.name, backend: backend.id)
        guard isDue(key, now) else { continue }
        guard let state = pool.shell.reportable(id: backend.id, now: now) else {
          // Due for ever otherwise, and the timer would fire again at once.
          targets[key]?.dueAt = now.advanced(by: Self.pause)
          continue
        }
        schedule(key, now, interval(targets[key], state.serviceTime, slots: state.limit))
        scrape(key, backend, state.index, pool.shell)
        asked += 1
      }
    }
    giveUpOnTheSilent(now)
    arm()
    if asked > 0 { asking = Self.shortest(DataPlaneContext.now.seconds(since: now) / Double(asked), asking) }
  }

  /// Servers that are in the policy no more are not asked any more.
  private func adopt(_ table: RoutingTable) {
    known = table
    var current = Set<Key>()
    for pool in table.policy.pools where pool.scheduling.capacity != .inferred {
      for backend in pool.backends { current.insert(Key(pool: pool.name, backend: backend.id)) }
    }
    for key in targets.keys where !current.contains(key) {
      targets[key]?.connection?.close()
      targets[key] = nil
    }
  }

  /// A server that has not answered for several intervals is asked again over a new connection.
  private func giveUpOnTheSilent(_ now: MonotonicTime) {
    for (key, target) in targets where target.isBusy && giveUpTime(target) <= now {
      targets[key]?.connection?.close()
      // A connection that is gone already says nothing more when it is closed: the server would be busy for ever, and the timer would fire
      // again at once.
      guard targets[key]?.isBusy == true else { continue }
      targets[key]?.isBusy = false
      targets[key]?.connection = nil
      targets[key]?.failures += 1
      targets[key]?.dueAt = now.advanced(by: Self.pause)
    }
  }

  private func giveUpTime(_ target: Target) -> MonotonicTime {
    target.dueAt.advanced(by: max(context.configuration.connectTimeout, target.dueAt.since(target.askedAt) * 4))
  }

  private func arm() {
    var soonest = MonotonicTime(nanoseconds: .max)
    for target in targets.values { soonest = min(soonest, target.isBusy ? giveUpTime(target) : target.dueAt) }
    guard soonest < armedFor else { return }
    timer?.cancel()
    armedFor = soonest
    timer = state.loop.scheduleTask(deadline: .uptimeNanoseconds(soonest.nanoseconds)) { [self] in
      armedFor = MonotonicTime(nanoseconds: .max)
      scrapeDue()
    }
  }

  /// The shortest of what was measured lately: what the work itself takes, without what came between. What has become slower is believed
  /// after some tens of measurements.
  private static func shortest(_ taken: Double, _ known: Double?) -> Double { min(taken, (known ?? taken) * 1.02) }

  private func isDue(_ key: Key, _ now: MonotonicTime) -> Bool {
    guard let target = targets[key] else { return true }
    return !target.isBusy && target.dueAt <= now
  }

  /// The time in which √n of a backend's n slots change hands, which is how far chance alone moves the number in use: a report that is
  /// younger says little new. Never so short that asking and reading would cost more than their part.
  /// - Parameter serviceTime: In seconds.
  private func interval(_ target: Target?, _ serviceTime: Double?, slots: Int) -> Duration {
    let roundTrip = target?.roundTrip ?? 0.001
    let affordable = max(Self.busyPart * roundTrip, work * Double(targets.count) / Self.shareOfLoop)
    guard let serviceTime else { return .seconds(max(affordable, Self.idlePart * roundTrip)) }
    return .seconds(max(affordable, serviceTime / Double(max(1, slots)).squareRoot()))
  }

  private func schedule(_ key: Key, _ now: MonotonicTime, _ interval: Duration) {
    let doublings = min(targets[key, default: Target()].failures, Self.maximumDoublings)
    targets[key, default: Target()].dueAt = now.advanced(by: interval * (1 << doublings))
    targets[key]?.isBusy = true
    targets[key]?.askedAt = now
  }

  private func scrape(_ key: Key, _ backend: Backend, _ index: Int, _ shell: SchedulerShell) {
    let done: ([UInt8]?, MonotonicTime) -> Void = { [self] page, begun in finished(key, page, begun, index, shell) }
    if let connection = targets[key]?.connection, connection.isOpen { return connection.fetch(done) }
    guard let address = try? SocketAddress(ipAddress: backend.host, port: backend.port) else { return done(nil, DataPlaneContext.now) }
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
          return done(nil, DataPlaneContext.now)
        }
        targets[key]?.connection = connection
        connection.fetch(done)
      }
  }

  /// - Parameter begun: When this loop began to read the page.
  private func finished(_ key: Key, _ page: [UInt8]?, _ begun: MonotonicTime, _ index: Int, _ shell: SchedulerShell) {
    guard let target = targets[key] else { return }
    targets[key]?.isBusy = false
    defer { arm() }
    let now = DataPlaneContext.now
    guard let report = page.flatMap({ ModelServerMetrics.report($0.span) }) else {
      targets[key]?.failures += 1
      return
    }
    targets[key]?.failures = 0
    let taken = now.since(target.askedAt).inSeconds
    targets[key]?.roundTrip = Self.shortest(taken, target.roundTrip)
    state.deliver(shell.report(report, from: index, now: now))
    reading = Self.shortest(DataPlaneContext.now.seconds(since: begun), reading)
  }
}
