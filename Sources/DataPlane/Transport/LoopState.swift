import NIOCore
import NIOPosix
import Scheduling

/// Everything that belongs to one event loop: its client connections, its idle connections to backends, its counters.
///
/// Unchecked because it is confined: after `start`, every member is used on `loop` only, by handlers of channels of this loop and by
/// closures executed on it; other threads reach it through `LoopInbox` and `loop.execute`.
final class LoopState: @unchecked Sendable {
  /// A place for one client connection.
  private struct Slot {
    var connection: ClientConnection?
    /// Counts uses: a decision for an earlier use is recognised as stale.
    var generation: UInt32 = 0
    /// When something must have happened, in nanoseconds; 0 for never.
    var deadline: UInt64 = 0
  }

  /// How often deadlines are looked at.
  static let tick: TimeAmount = .milliseconds(20)

  let index: Int
  let loop: any EventLoop
  let context: DataPlaneContext
  var scanner: HeadScanner
  /// For heads of answers on their way to clients of HTTP/2.
  var answerScanner: HeadScanner
  var metrics = LoopMetrics()
  var digests = DigestMemo()
  var fronts = FrontTable()
  /// `nil` where no token can be verified.
  var tokens: LoopTokens?
  /// `nil` where nobody wants log lines or traces.
  let observer: LoopObserver?
  private(set) var isDraining = false
  private(set) var allLoops: [LoopState] = []
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var idle: [[UpstreamConnection]] = []
  private var tableVersion = -1
  private var currentTable: RoutingTable?
  private var events: [LoopEvent] = []
  private var isDelivering = false
  private var ticker: RepeatedTask?
  private var identifiers = SystemRandomNumberGenerator()
  private var nextIdentifier: UInt64 = 0

  init(index: Int, loop: any EventLoop, context: DataPlaneContext) {
    self.index = index
    self.loop = loop
    self.context = context
    scanner = HeadScanner(limits: context.configuration.limits)
    answerScanner = HeadScanner(limits: context.configuration.limits)
    observer = LoopObserver(context)
    nextIdentifier = identifiers.next()
    tokens = context.tokens.map { LoopTokens(capacity: context.configuration.knownTokens, secret: $0.hash) }
  }

  /// The table in force.
  var table: RoutingTable? {
    let version = context.tableVersion
    if version != tableVersion {
      tableVersion = version
      currentTable = context.table
    }
    return currentTable
  }

  /// A new identifier for a request: unguessable start, then a full-period sequence.
  func makeRequestID() -> UInt64 {
    nextIdentifier = nextIdentifier &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return nextIdentifier
  }

  func start(peers: [LoopState]) {
    allLoops = peers
    ticker = loop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { [self] _ in onTick() }
  }

  func stop() {
    ticker?.cancel()
    ticker = nil
    for connection in idle.joined() { connection.close() }
    idle = []
    for slot in slots { slot.connection?.close() }
    for front in fronts.all { front.close() }
  }
}

// MARK: Client connections

extension LoopState {
  func register(_ connection: ClientConnection) -> Int {
    if !connection.isStream { metrics.clientConnections += 1 }
    if let slot = freeSlots.popLast() {
      slots[slot].connection = connection
      return slot
    }
    slots.append(Slot(connection: connection))
    return slots.count - 1
  }

  func unregister(slot: Int) {
    if slots[slot].connection?.isStream == false { metrics.clientConnections -= 1 }
    slots[slot].connection = nil
    slots[slot].deadline = 0
    slots[slot].generation &+= 1
    freeSlots.append(slot)
  }

  /// A tag for the next request of a connection; tags of its earlier ones are stale from now on.
  func makeTag(slot: Int) -> Tag {
    slots[slot].generation &+= 1
    return Tag(loop: index, slot: slot, generation: slots[slot].generation)
  }

  func setDeadline(slot: Int, _ now: MonotonicTime, _ delay: Duration?) {
    slots[slot].deadline = delay.map { now.advanced(by: $0).nanoseconds } ?? 0
  }

  private func onTick() {
    let now = DataPlaneContext.now
    for index in slots.indices where slots[index].deadline != 0 && slots[index].deadline < now.nanoseconds {
      slots[index].deadline = 0
      slots[index].connection?.deadlinePassed(now: now)
    }
    for front in fronts.takeLate(now: now) { front.deadlinePassed() }
    closeIdle(before: now)
    observer?.onTick(now)
    guard index == 0, let table else { return }
    for pool in table.pools { deliver(pool.shell.poll(now: now)) }
  }

  /// From now on connections close after the answer they are waiting for.
  func drain() {
    isDraining = true
    for slot in slots { slot.connection?.closeIfIdle() }
    for front in fronts.all { front.drain() }
    for connection in idle.joined() { connection.close() }
    idle = []
  }
}

// MARK: Decisions

extension LoopState {
  /// Tells the loops whose inbox has something new; this one at once.
  func deliver(_ wakeups: Wakeups) {
    guard wakeups.rawValue != 0 else { return }
    var rest = wakeups.rawValue
    while rest != 0 {
      let number = rest.trailingZeroBitCount
      rest &= rest &- 1
      if number == index {
        readInbox()
      } else {
        let peer = allLoops[number]
        peer.loop.execute { peer.readInbox() }
      }
    }
  }

  func readInbox() {
    // A decision can cause the next one: the outermost call takes them all.
    guard !isDelivering else { return }
    isDelivering = true
    defer { isDelivering = false }
    while true {
      events.removeAll(keepingCapacity: true)
      context.inboxes[index].take(into: &events)
      guard !events.isEmpty else { return }
      let batch = events
      for event in batch { act(on: event) }
    }
  }

  private func act(on event: LoopEvent) {
    switch event {
    case .granted(let grant): connection(grant.tag)?.granted(grant)
    case .evicted(let tag, let refusal): connection(tag)?.evicted(refusal)
    }
  }

  /// `nil` when the request named by the tag is over: its slot at the backend was freed when it was cancelled.
  func connection(_ tag: Tag) -> ClientConnection? {
    guard slots[tag.slot].generation == tag.generation else { return nil }
    return slots[tag.slot].connection
  }
}

// MARK: Connections to backends

extension LoopState {
  /// Sends the client's request over an idle connection, or over a new one.
  func lease(_ endpoint: Int, for client: ClientConnection, fresh: Bool = false) -> UpstreamConnection {
    while idle.count <= endpoint { idle.append([]) }
    if !fresh, let connection = idle[endpoint].popLast() {
      connection.begin(client)
      return connection
    }
    let connection = UpstreamConnection(self, endpoint: endpoint)
    connection.begin(client)
    ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.maxMessagesPerRead, value: 1)
      .connectTimeout(TimeAmount(context.configuration.connectTimeout))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(connection) }
      }
      .connect(to: context.endpoints.address(endpoint))
      .whenComplete { result in
        switch result {
        case .success: connection.opened()
        case .failure: connection.failedToOpen()
        }
      }
    return connection
  }

  /// Keeps a connection for the next request, or closes it when enough are kept.
  func park(_ connection: UpstreamConnection) {
    while idle.count <= connection.endpoint { idle.append([]) }
    if isDraining || idle[connection.endpoint].count >= context.configuration.idleConnectionsPerBackend {
      connection.close()
    } else {
      idle[connection.endpoint].append(connection)
    }
  }

  func forget(_ connection: UpstreamConnection) {
    guard connection.endpoint < idle.count, let index = idle[connection.endpoint].firstIndex(where: { $0 === connection }) else { return }
    idle[connection.endpoint].remove(at: index)
  }

  /// The connections used least recently are at the front.
  private func closeIdle(before now: MonotonicTime) {
    for endpoint in idle.indices {
      while let oldest = idle[endpoint].first, now.since(oldest.parkedAt) > context.configuration.backendIdleTimeout {
        idle[endpoint].removeFirst()
        oldest.close()
      }
    }
  }
}
