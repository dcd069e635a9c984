import NIOCore
import NIOPosix
import Scheduling

/// Everything that belongs to one event loop: its client connections, its idle connections to backends, its counters.
///
/// Unchecked because it is confined: after `start`, every member is used on `loop` only, by handlers of channels of this loop and by
/// closures executed on it; other threads reach it through `LoopInbox` and `loop.execute`.
final class LoopState: @unchecked Sendable {
  /// A place for one that waits for decisions.
  private struct Slot {
    var connection: (any Requester)?
    /// Counts uses: a decision for an earlier use is recognised as stale.
    var generation: UInt32 = 0
    /// When something must have happened, in nanoseconds; 0 for never.
    var deadline: UInt64 = 0
  }

  let index: Int
  let loop: any EventLoop
  let context: DataPlaneContext
  /// The one that channels have, without asking a channel for it.
  let allocator = ByteBufferAllocator()
  private var spareBuffers: [ByteBuffer] = []
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
  private var isRunning = false
  private(set) var allLoops: [LoopState] = []
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var idle: [[UpstreamConnection]] = []
  /// By index: the number of the address that connections are kept for; -1 when there is none.
  private var keptEndpoints: [Int] = []
  // In nanoseconds.
  private let clientIdleTime: UInt64
  private let backendIdleTime: UInt64
  let shortestSilence: UInt64
  let longestSilence: UInt64
  private var tableVersion = -1
  private var currentTable: RoutingTable?
  private var events: [LoopEvent] = []
  private var isDelivering = false
  private var timer: Scheduled<Void>?
  /// When `onTick` runs next, in nanoseconds; `.max` when nothing is waited for.
  private var armedFor = UInt64.max
  /// Connections that are idle are ended too.
  private(set) var isClosing = false
  /// Bytes of requests that are held and not published yet.
  private var unpublishedBytes = 0
  private var identifiers = SystemRandomNumberGenerator()
  private var nextIdentifier: UInt64 = 0

  init(index: Int, loop: any EventLoop, context: DataPlaneContext) {
    self.index = index
    self.loop = loop
    self.context = context
    scanner = HeadScanner(limits: context.configuration.limits)
    answerScanner = HeadScanner(limits: context.configuration.limits)
    observer = LoopObserver(context)
    clientIdleTime = context.configuration.clientIdleTimeout.wholeNanoseconds
    backendIdleTime = context.configuration.backendIdleTimeout.wholeNanoseconds
    shortestSilence = context.configuration.shortestSilence.wholeNanoseconds
    longestSilence = context.configuration.longestSilence.wholeNanoseconds
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
    isRunning = true
    wake(at: soonest())
  }

  func stop() {
    isRunning = false
    timer?.cancel()
    timer = nil
    for connection in idle.joined() { connection.close() }
    idle = []
    for slot in slots { slot.connection?.close() }
    for front in fronts.all { front.close() }
  }
}

// MARK: Client connections

extension LoopState {
  func register(_ connection: any Requester) -> Int {
    if connection.isConnection { metrics.clientConnections += 1 }
    if let slot = freeSlots.popLast() {
      slots[slot].connection = connection
      return slot
    }
    slots.append(Slot(connection: connection))
    return slots.count - 1
  }

  func unregister(slot: Int) {
    if slots[slot].connection?.isConnection == true { metrics.clientConnections -= 1 }
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
    guard let delay else { return slots[slot].deadline = 0 }
    setDeadline(slot: slot, now, nanoseconds: delay.wholeNanoseconds)
  }

  @inline(__always) func setDeadline(slot: Int, _ now: MonotonicTime, nanoseconds delay: UInt64) {
    let deadline = Deadline.after(delay, now)
    slots[slot].deadline = deadline
    wake(at: deadline)
  }

  /// A connection is between two requests.
  func setIdleDeadline(slot: Int, _ now: MonotonicTime) { setDeadline(slot: slot, now, nanoseconds: clientIdleTime) }

  /// From now on answers announce that their connection ends.
  func announceEnd() {
    isDraining = true
    // GOAWAY is how HTTP/2 says it; a handshake may still become a connection.
    for case let front as HTTP2Front in fronts.all { front.drain() }
  }

  /// From now on connections close after the answer they are waiting for.
  func drain() {
    isDraining = true
    isClosing = true
    for slot in slots { slot.connection?.closeIfIdle() }
    for front in fronts.all { front.drain() }
    for connection in idle.joined() { connection.close() }
    idle = []
  }

  /// Sessions end by themselves only when their peers like it: they are told that the server goes away.
  func endSessions() {
    for slot in slots { slot.connection?.endSession() }
  }
}

// MARK: Time

extension LoopState {
  /// Looks at deadlines at this moment, or before. Costs nothing when that is going to happen anyway.
  @inline(__always) func wake(at time: UInt64) {
    if time < armedFor { arm(time) }
  }

  private func arm(_ time: UInt64) {
    timer?.cancel()
    guard isRunning else { return }
    armedFor = time
    timer = loop.scheduleTask(deadline: .uptimeNanoseconds(time)) { [self] in
      armedFor = .max
      onTick()
      wake(at: soonest())
    }
  }

  private func onTick() {
    let now = DataPlaneContext.now
    for index in slots.indices where slots[index].deadline != 0 && slots[index].deadline <= now.nanoseconds {
      slots[index].deadline = 0
      slots[index].connection?.deadlinePassed(now: now)
    }
    for front in fronts.takeLate(now: now) { front.deadlinePassed() }
    closeIdle(before: now)
    observer?.onTick(now)
    guard index == 0, context.alarm.time <= now.nanoseconds else { return }
    context.alarm.clear()
    for pool in table?.pools ?? [] { deliver(pool.shell.poll(now: now)) }
    deliver(context.retired.poll(now: now))
  }

  /// The next moment at which something is due, in nanoseconds.
  private func soonest() -> UInt64 {
    var soonest = min(index == 0 ? context.alarm.time : .max, fronts.soonest)
    for slot in slots where slot.deadline != 0 && slot.deadline < soonest { soonest = slot.deadline }
    for connections in idle {
      if let oldest = connections.first { soonest = min(soonest, idleDeadline(of: oldest)) }
    }
    return soonest
  }

  private func idleDeadline(of connection: UpstreamConnection) -> UInt64 { Deadline.after(backendIdleTime, connection.parkedAt) }
}

// MARK: Memory

extension LoopState {
  /// Buffers that are kept for the next request or head, and the largest such one.
  private static let (maximumSpares, largestSpare) = (64, 16 * 1024)

  /// An empty buffer, of memory that was used before where there is some.
  func buffer(capacity: Int) -> ByteBuffer {
    guard var buffer = spareBuffers.popLast() else { return allocator.buffer(capacity: capacity) }
    // Memory that somebody still reads from is left to them.
    buffer.clear(minimumCapacity: capacity)
    return buffer
  }

  /// A buffer from above is not needed any more.
  func recycle(_ buffer: ByteBuffer) {
    if spareBuffers.count < Self.maximumSpares, buffer.capacity <= Self.largestSpare { spareBuffers.append(buffer) }
  }

  /// Counts bytes of a request of `size` bytes that are held from now on.
  /// - Returns: `false` when there is no room; then nothing is counted.
  func hold(_ bytes: Int, ofRequest size: Int) -> Bool {
    if !context.budget.admits(bytes, ofRequest: size, unpublished: unpublishedBytes) { return false }
    count(bytes)
    return true
  }

  func release(_ bytes: Int) { count(-bytes) }

  /// What a request takes on the slowest pool today; zero while nothing is known.
  var slowestServiceTime: Duration {
    let now = DataPlaneContext.now
    return (table?.pools ?? []).compactMap { $0.shell.statistics(now: now).referenceServiceTime }.max() ?? .zero
  }

  private func count(_ change: Int) {
    unpublishedBytes &+= change
    guard abs(unpublishedBytes) > BodyBudget.step else { return }
    context.budget.publish(unpublishedBytes)
    unpublishedBytes = 0
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
      guard !events.isEmpty else {
        if index == 0 { wake(at: context.alarm.time) }
        return
      }
      let batch = events
      let now = DataPlaneContext.now
      for event in batch { act(on: event, now) }
    }
  }

  private func act(on event: LoopEvent, _ now: MonotonicTime) {
    switch event {
    case .granted(let grant): connection(grant.tag)?.granted(grant, now: now)
    case .evicted(let tag, let refusal): connection(tag)?.evicted(refusal)
    }
  }

  /// `nil` when the request named by the tag is over: its slot at the backend was freed when it was cancelled.
  func connection(_ tag: Tag) -> (any Requester)? {
    guard slots[tag.slot].generation == tag.generation else { return nil }
    return slots[tag.slot].connection
  }
}

// MARK: Connections to backends

extension LoopState {
  /// Sends the client's request over an idle connection, or over a new one.
  func lease(_ endpoint: Int, for client: ClientConnection, fresh: Bool = false) -> UpstreamConnection {
    let index = EndpointTable.index(endpoint)
    while idle.count <= index {
      idle.append([])
      keptEndpoints.append(-1)
    }
    if !fresh, let connection = idle[index].last, connection.endpoint == endpoint {
      idle[index].removeLast()
      connection.begin(client)
      return connection
    }
    let connection = UpstreamConnection(self, endpoint: endpoint)
    connection.begin(client)
    guard let address = context.endpoints.address(endpoint) else {
      // The server has left the policy. From the loop, so that the caller knows the connection when it fails.
      loop.execute { connection.failedToOpen() }
      return connection
    }
    keptEndpoints[index] = endpoint
    ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.maxMessagesPerRead, value: 1)
      .connectTimeout(TimeAmount(context.configuration.connectTimeout))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(connection) }
      }
      .connect(to: address)
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
    let index = EndpointTable.index(connection.endpoint)
    if isClosing || keptEndpoints[index] != connection.endpoint || idle[index].count >= context.configuration.idleConnectionsPerBackend {
      connection.close()
    } else {
      idle[index].append(connection)
      wake(at: idleDeadline(of: connection))
    }
  }

  /// Addresses that have left the policy: what was dispatched to them is sent, and no connection to them is kept.
  func forgetEndpoints(_ numbers: [Int]) {
    readInbox()
    for number in numbers where EndpointTable.index(number) < idle.count {
      let index = EndpointTable.index(number)
      for connection in idle[index] where connection.endpoint == number { connection.close() }
      idle[index].removeAll { $0.endpoint == number }
      if keptEndpoints[index] == number { keptEndpoints[index] = -1 }
    }
  }

  func forget(_ connection: UpstreamConnection) {
    let endpoint = EndpointTable.index(connection.endpoint)
    guard endpoint < idle.count, let index = idle[endpoint].firstIndex(where: { $0 === connection }) else { return }
    idle[endpoint].remove(at: index)
  }

  /// The connections used least recently are at the front.
  private func closeIdle(before now: MonotonicTime) {
    for endpoint in idle.indices {
      while let oldest = idle[endpoint].first, idleDeadline(of: oldest) <= now.nanoseconds {
        idle[endpoint].removeFirst()
        oldest.close()
      }
    }
  }
}
