import Logging
import NIOCore
import NIOPosix
import Scheduling
import Synchronization

/// The data plane of one namespace: listens, and serves every request by the policy applied last.
package final class DataPlaneServer: Sendable {
  private struct State {
    var listener: (any Channel)?
    var admin: (any Channel)?
    var isStopped = false
    var isLeaving = false
    var gateways: [any Channel] = []
    /// Of the clients' listener.
    var tls: TLSKeeper?
    /// Of all listeners.
    var keepers: [TLSKeeper] = []
    var watchers: [Task<Void, Never>] = []
    /// Kept over policies by name, so that a pool keeps its queue.
    var shells: [String: SchedulerShell] = [:]
  }

  let context: DataPlaneContext
  let group: any EventLoopGroup
  private let loops: [LoopState]
  let byLoop: [ObjectIdentifier: LoopState]
  private let state = Mutex(State())
  /// One policy after the other.
  private let applying = Mutex(())
  let watches = ReadinessWatches()
  let gatewayFaults = GatewayFaults()
  private let scraper: BackendScraper
  private let fleet: FleetShell?

  /// - Parameters:
  ///   - group: At most 64 event loops of it are used.
  ///   - verifier: Verifies JSON Web Tokens; without one, a policy that needs it is refused.
  package init(
    configuration: DataPlaneConfiguration, group: any EventLoopGroup, verifier: (any TokenVerifying)? = nil, logger: Logger
  ) {
    self.group = group
    let eventLoops = Array(group.makeIterator().prefix(64))
    let context = DataPlaneContext(configuration: configuration, loops: eventLoops.count, verifier: verifier, logger: logger)
    self.context = context
    loops = eventLoops.enumerated().map { LoopState(index: $0.offset, loop: $0.element, context: context) }
    byLoop = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.loop), $0) })
    scraper = BackendScraper(context: context, loop: loops[0])
    let first = loops[0]
    fleet = configuration.fleet.map { FleetShell(configuration: $0, context: context, loop: first) }
  }

  /// Begins to listen.
  /// - Returns: The port that is listened on.
  /// - Throws: `TLSError` when the listener's certificate cannot be used, else `DataPlaneError`.
  @discardableResult
  package func start() async throws -> Int {
    guard state.withLock({ $0.listener == nil }) else { throw DataPlaneError.alreadyStarted }
    let configuration = context.configuration
    try startTLS(configuration)
    for loop in loops { try await loop.loop.submit { [loops] in loop.start(peers: loops) }.get() }
    do {
      let channel = try await bootstrap().bind(host: configuration.host, port: configuration.port).get()
      let admin = try await listenForAdmin(on: group, byLoop)
      state.withLock { ($0.listener, $0.admin) = (channel, admin) }
      scraper.start()
      if let fleet { try await joinFleet(fleet) }
      let port = channel.localAddress?.port ?? configuration.port
      context.logger.info("data plane listens", metadata: ["host": "\(configuration.host)", "port": "\(port)"])
      watches.tell()
      return port
    } catch {
      for loop in loops { try? await loop.loop.submit { loop.stop() }.get() }
      for watcher in state.withLock({ $0.watchers }) { watcher.cancel() }
      throw Self.cannotListen(configuration.host, configuration.port, error)
    }
  }

  private func startTLS(_ configuration: DataPlaneConfiguration) throws {
    guard let settings = configuration.tls else { return }
    let keeper = try keep(settings)
    state.withLock { $0.tls = keeper }
  }

  /// Credentials that are renewed when their files change, until the server stops.
  func keep(_ settings: TLSSettings) throws(TLSError) -> TLSKeeper {
    let keeper = try TLSKeeper(settings, logger: context.logger)
    state.withLock { state in
      state.keepers.append(keeper)
      state.watchers.append(Task { await keeper.watch() })
    }
    return keeper
  }

  var tls: TLSKeeper? { state.withLock { $0.tls } }
  var keepers: [TLSKeeper] { state.withLock { $0.keepers } }

  private func joinFleet(_ fleet: FleetShell) async throws {
    let address = try await fleet.start()
    context.logger.info("fleet: this proxy shares its backends", metadata: ["listen": "\(address.map { "\($0)" } ?? "")"])
  }

  static func cannotListen(_ host: String, _ port: Int, _ error: any Error) -> DataPlaneError {
    if (error as? IOError)?.errnoCode == EADDRINUSE { return .portInUse(host: host, port: port) }
    if let known = error as? DataPlaneError { return known }
    return .cannotListen(host: host, port: port, reason: "\(error)")
  }

  private func bootstrap() -> ServerBootstrap {
    let byLoop = byLoop
    let tls = tls
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: context.configuration.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = byLoop[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.ioOnClosedChannel }
          if let tls { return try SecureFront.install(on: channel, loop, tls) }
          try channel.pipeline.syncOperations.addHandler(ClientConnection(loop))
        }
      }
  }

  /// The port that is listened on; `nil` before `start` and after `shutdown`.
  package var port: Int? { state.withLock { $0.listener?.localAddress?.port } }

  /// The port of the admin listener; `nil` without one.
  package var adminPort: Int? { state.withLock { $0.admin?.localAddress?.port } }

  // MARK: Policy

  /// Puts a policy in force for every request that arrives from now on; what waits or runs goes on.
  /// - Throws: When the policy could not be enforced. The one in force stays.
  package func apply(_ policy: TrafficPolicy) throws(PolicyError) {
    try PolicyCheck.check(policy)
    try PolicyCheck.check(policy, context.tokens?.verifier)
    let wakeups = applying.withLock { _ in install(policy) }
    refusal = nil
    watches.tell()
    guard wakeups.rawValue != 0 else { return }
    let first = loops[0]
    first.loop.execute { first.deliver(wakeups) }
  }

  private func install(_ policy: TrafficPolicy) -> Wakeups {
    let now = DataPlaneContext.now
    let known = state.withLock { $0.shells }
    var shells: [String: SchedulerShell] = [:]
    var wakeups = Wakeups()
    var routes: [PoolRoute] = []
    context.series.startPolicy()
    for pool in policy.pools {
      for backend in pool.backends { _ = context.endpoints.number(of: backend) }
      var generation = 0
      let shell: SchedulerShell
      if let existing = known[pool.name] ?? context.retired.take(named: pool.name) {
        shell = existing
        let updated = shell.update(pool, now: now)
        generation = updated.generation
        wakeups.formUnion(updated.wakeups)
      } else {
        let seed = UInt64.random(in: .min ... .max)
        shell = SchedulerShell(
          pool: pool, endpoints: context.endpoints, inboxes: context.inboxes, alarm: context.alarm, seed: seed, now: now)
      }
      shells[pool.name] = shell
      let series = context.series.series(pool: pool.name, tiers: pool.scheduling.tiers)
      routes.append(PoolRoute(pool: pool, shell: shell, generation: generation, series: series))
    }
    state.withLock { $0.shells = shells }
    let previous = context.table
    let isSameClassification = previous?.policy.classification == policy.classification
    let version = (previous?.classifier.version ?? 0) + (isSameClassification ? 0 : 1)
    let table = RoutingTable(policy: policy, pools: routes, variants: context.variants, classificationVersion: version)
    if !isSameClassification { context.tokens?.verifier.use(table.classifier.issuers) }
    context.publish(table)
    for name in known.keys where shells[name] == nil {
      wakeups.formUnion(retire(name, known, previous, policy, now))
    }
    recycleEndpoints(policy)
    scraper.policyChanged()
    return wakeups
  }

  /// A pool has left the policy: what waits goes to the pools that stood behind it; without any it goes on with the servers it knew.
  private func retire(
    _ name: String, _ known: [String: SchedulerShell], _ former: RoutingTable?, _ policy: TrafficPolicy, _ now: MonotonicTime
  ) -> Wakeups {
    guard let shell = known[name] else { return Wakeups() }
    let pool = former?.policy.pools.first { $0.name == name }
    let hasFallback = policy.pools.contains { pool?.fallbacks.contains($0.name) == true }
    context.retired.add(shell, backends: hasFallback ? [] : pool?.backends ?? [])
    return hasFallback ? shell.close(now: now) : shell.poll(now: now)
  }

  /// Numbers of addresses that have gone are used again when every loop has acted on what was dispatched to them before.
  private func recycleEndpoints(_ policy: TrafficPolicy) {
    let gone = context.endpoints.retire(except: policy.pools.flatMap(\.backends) + context.retired.backends)
    guard !gone.isEmpty else { return }
    let endpoints = context.endpoints
    let told = loops.map { loop in loop.loop.submit { loop.forgetEndpoints(gone) } }
    EventLoopFuture.andAllSucceed(told, on: loops[0].loop).whenComplete { _ in endpoints.recycle(gone) }
  }

  // MARK: Statistics

  /// The other proxies and this one's parts; `nil` without a fleet.
  package var fleetSnapshot: FleetSnapshot? { context.fleet.snapshot }

  var endpoints: EndpointTable { context.endpoints }

  /// Readiness was taken back.
  var isLeaving: Bool { state.withLock { $0.isLeaving } }

  /// Nothing new is taken any more.
  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Listens for the server as well, until it stops.
  func add(_ listener: any Channel) { state.withLock { $0.gateways.append(listener) } }

  /// What all loops have counted.
  func counted() async throws -> LoopMetrics { try await loops[0].gather().get() }

  package func statistics() async throws -> DataPlaneStatistics { DataPlaneStatistics(context, try await counted()) }

  // MARK: The end

  /// Takes readiness back, then stops to listen, then lets what is under way end.
  ///
  /// ```
  /// serving ──▶ lame duck: /readyz says 503, everything is still served, every answer ends its connection
  ///         ──▶ draining: no new connection, idle ones are closed, what is under way may end
  ///         ──▶ WebSocket sessions get Close 1001 ──▶ stopped
  /// ```
  /// - Parameters:
  ///   - lameDuck: How long those who send here need to notice; `nil` is the configuration's.
  ///   - drain: The longest time to wait for what is under way; `nil` waits until the last request has ended, by its answer or by its own
  ///     time-outs. Afterwards the rest is cut off.
  package func shutdown(lameDuck: Duration? = nil, drain: Duration? = nil) async {
    let lameDuck = lameDuck ?? context.configuration.lameDuck
    state.withLock { $0.isLeaving = true }
    watches.tell()
    if lameDuck > .zero, port != nil {
      for loop in loops { try? await loop.loop.submit { loop.announceEnd() }.get() }
      context.logger.info("not ready any more, serving on", metadata: ["seconds": "\(lameDuck.inSeconds)"])
      await pause(lameDuck)
    }
    let listener = state.withLock { state in
      state.isStopped = true
      for watcher in state.watchers { watcher.cancel() }
      let listener = state.listener
      state.listener = nil
      return listener
    }
    watches.tell()
    for gateway in state.withLock({ $0.gateways }) { try? await gateway.close().get() }
    await fleet?.leave()
    scraper.stop()
    try? await listener?.close().get()
    for loop in loops { try? await loop.loop.submit { loop.drain() }.get() }
    // A request ends by its own time-outs, and whoever stops the process knows how long it may take. Sessions are no requests: see below.
    let deadline = ContinuousClock.now + (drain ?? context.configuration.longestSilence)
    while ContinuousClock.now < deadline, let metrics = try? await loops[0].gather().get(),
      metrics.busyConnections > metrics.sessions.open
    {
      await pause(.milliseconds(10))
    }
    await endSessions()
    // Whoever watches over the process may until here.
    try? await state.withLock { $0.admin }?.close().get()
    for loop in loops { try? await loop.loop.submit { loop.stop() }.get() }
    await fleet?.stop()
    // What the connections cut off had to say comes after their end.
    for loop in loops { try? await loop.loop.submit { loop.observer?.flush() }.get() }
    context.logger.info("data plane has stopped")
  }

  /// Sessions would last for ever: their peers are told to connect again, elsewhere.
  private func endSessions() async {
    for loop in loops { try? await loop.loop.submit { loop.endSessions() }.get() }
    let deadline = ContinuousClock.now + ClientConnection.lingering
    while ContinuousClock.now < deadline, let metrics = try? await loops[0].gather().get(), metrics.sessions.open > 0 {
      await pause(.milliseconds(10))
    }
  }

  /// Also in a task that has been cancelled: then is when a server stops.
  private func pause(_ time: Duration) async {
    try? await loops[0].loop.scheduleTask(in: TimeAmount(time)) {}.futureResult.get()
  }

  /// Starts, serves until the task is cancelled, and drains.
  package func run() async throws {
    try await start()
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
      for await _ in stream {}
    } onCancel: {
      continuation.finish()
    }
    await shutdown()
  }
}
