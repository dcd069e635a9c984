import Fleet
import Logging
import NIOCore
import NIOPosix
import Scheduling

/// Carries the fleet's datagrams, and puts in force what the fleet node decides.
///
/// Unchecked because it is confined to the loop it was made with; `start` and `stop` enter it from outside.
final class FleetShell: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>

  /// Names are looked up again after so many intervals.
  private static let intervalsPerLookup = 20
  /// Between two steps at least a part of the time between two ticks.
  private static let looksPerStep = 5

  private struct Pool {
    var hash: UInt64
    var route: PoolRoute
    var rules: PoolRules
  }

  private let configuration: FleetConfiguration
  private let context: DataPlaneContext
  private let state: LoopState
  private var node: FleetNode
  private var channel: (any Channel)?
  private var ticker: RepeatedTask?
  private var ticks = 0
  private var steppedAt = MonotonicTime.zero
  private var pools: [Pool] = []
  private var table: RoutingTable?
  private var parts: [UInt64: PoolParts] = [:]
  private var resolved: [FleetConfiguration.Peer: [FleetAddress]] = [:]

  init(configuration: FleetConfiguration, context: DataPlaneContext, loop: LoopState) {
    self.configuration = configuration
    self.context = context
    state = loop
    node = FleetNode(id: .random(in: 1 ... .max), settings: configuration.settings, now: DataPlaneContext.now)
  }

  /// - Returns: Where it listens.
  func start() async throws -> SocketAddress? {
    let listen = configuration.listen
    let bootstrap = DatagramBootstrap(group: state.loop)
      .channelOption(.socketOption(.so_reuseaddr), value: 0)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(self) }
      }
    do {
      let channel = try await bootstrap.bind(host: listen.host, port: listen.port).get()
      try await state.loop.submit { [self] in begin(channel) }.get()
      return channel.localAddress
    } catch {
      let problem = (error as? IOError)?.errnoCode == EADDRINUSE ? "the port is already in use" : "\(error)"
      throw DataPlaneError.cannotListen(host: listen.host, port: listen.port, reason: "for the fleet: \(problem)")
    }
  }

  private func begin(_ channel: any Channel) {
    self.channel = channel
    lookUp()
    let step = TimeAmount(configuration.settings.interval / stepsPerInterval)
    ticker = state.loop.scheduleRepeatedTask(initialDelay: .zero, delay: step) { [self] _ in tick() }
  }

  /// This proxy takes no new requests; what it does not need goes to the others.
  func leave() async {
    try? await state.loop.submit { [self] in
      node.leave(now: DataPlaneContext.now)
      step()
    }.get()
  }

  /// Says good-bye: all that it had goes to the others, at once.
  func stop() async {
    try? await state.loop.flatSubmit { [self] () -> EventLoopFuture<Void> in
      ticker?.cancel()
      ticker = nil
      send(node.farewell())
      guard let channel else { return state.loop.makeSucceededVoidFuture() }
      self.channel = nil
      return channel.close()
    }.get()
    context.fleet.snapshot = nil
  }

  // MARK: Datagrams

  func channelRead(context channelContext: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    guard let address = FleetAddress(envelope.remoteAddress) else { return }
    do {
      let message = try FleetMessage(datagram: Array(envelope.data.readableBytesView), key: configuration.key)
      node.receive(message, from: address, now: DataPlaneContext.now)
    } catch {
      node.received(error)
    }
  }

  /// What came may let this proxy fill a slot at once. Many datagrams in a row are worth one look: the next is at the next tick.
  func channelReadComplete(context: ChannelHandlerContext) {
    let pause = configuration.settings.interval / (Self.looksPerStep * stepsPerInterval)
    if DataPlaneContext.now.since(steppedAt) >= pause { step() }
  }

  /// A peer that is not there makes the kernel report an error for the socket; time-outs decide who is there.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}

  private func send(_ datagrams: [FleetDatagram]) {
    guard let channel, !datagrams.isEmpty else { return }
    for datagram in datagrams {
      guard let address = try? SocketAddress(ipAddress: datagram.to.host, port: datagram.to.port) else { continue }
      let bytes = ByteBuffer(bytes: datagram.message.encoded(configuration.key))
      channel.write(AddressedEnvelope(remoteAddress: address, data: bytes), promise: nil)
    }
    channel.flush()
  }

  // MARK: Steps

  /// Looks at demand as often as news may be sent.
  private var stepsPerInterval: Int { configuration.settings.newsPerInterval }

  private func tick() {
    ticks += 1
    if ticks % (stepsPerInterval * Self.intervalsPerLookup) == 0 { lookUp() }
    step()
    if ticks % stepsPerInterval == 0 { publish() }
  }

  private func step() {
    guard channel != nil else { return }
    let now = DataPlaneContext.now
    steppedAt = now
    refreshPools()
    for pool in pools { observe(pool, now) }
    for change in node.step(now: now) {
      guard let pool = pools.first(where: { $0.hash == change.pool }), parts[change.pool] != change else { continue }
      parts[change.pool] = change
      state.deliver(pool.route.shell.setParts(change, now: now))
      observe(pool, now)
    }
    send(node.datagrams(now: now))
    for event in node.takeEvents() { log(event) }
  }

  private func observe(_ pool: Pool, _ now: MonotonicTime) {
    node.observe(PoolState(pool.hash, pool.route.shell.demand(now: now)), rules: pool.rules, now: now)
  }

  private func refreshPools() {
    guard let current = context.table, current !== table else { return }
    table = current
    pools = zip(current.pools, current.policy.pools).map {
      Pool(hash: FleetName.hash($0.name), route: $0, rules: PoolRules($1.scheduling))
    }
    // Backends may be new to their scheduler: it is told again.
    parts = [:]
    node.forget(poolsExcept: Set(pools.map(\.hash)))
  }

  // MARK: Names

  private func lookUp() {
    for peer in configuration.peers where peer.address == nil {
      NameLookup.addresses(of: peer, on: state.loop).assumeIsolated().whenSuccess { [self] addresses in
        // A name service that does not answer is no reason to forget anybody.
        if !addresses.isEmpty { resolved[peer] = addresses }
        configurePeers()
      }
    }
    configurePeers()
  }

  private func configurePeers() {
    let addresses = configuration.peers.flatMap { peer in peer.address.map { [$0] } ?? resolved[peer] ?? [] }
    node.configure(peers: addresses, now: DataPlaneContext.now)
  }

  // MARK: Reports

  private func publish() {
    var snapshot = FleetSnapshot()
    snapshot.peers = node.peers.map(\.address)
    snapshot.suspected = node.peers.filter(\.isSuspected).map(\.address)
    snapshot.counters = node.counters
    for (pool, policy) in zip(pools, table?.policy.pools ?? []) {
      guard let shared = parts[pool.hash]?.backends else { continue }
      for backend in policy.backends {
        guard let part = shared[FleetName.hash(backend.id)] else { continue }
        snapshot.backends.append(
          FleetSnapshot.Backend(pool: pool.route.name, backend: backend.id, part: part.slots, elsewhere: part.elsewhere))
      }
    }
    context.fleet.snapshot = snapshot
  }

  private func log(_ event: FleetEvent) {
    let count: Logger.Metadata = ["proxies": "\(node.peers.count + 1)"]
    switch event {
    case .joined(let peer): context.logger.info("fleet: \(peer) has joined", metadata: count)
    case .suspected(let peer): context.logger.warning("fleet: \(peer) is silent; it keeps its part for now", metadata: count)
    case .trusted(let peer): context.logger.info("fleet: \(peer) is heard again", metadata: count)
    case .left(let peer): context.logger.info("fleet: \(peer) has left; its part moves", metadata: count)
    case .crashed(let peer): context.logger.warning("fleet: \(peer) has crashed or cannot be heard; its part moves", metadata: count)
    case .restarted(let peer): context.logger.info("fleet: \(peer) has been started again", metadata: count)
    }
  }
}
