import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Decides when the next request goes, over which connection, and keeps the accounts.
///
/// Unchecked because it is confined to its event loop.
final class LoadDriver: @unchecked Sendable {
  private let plan: LoadPlan
  private let address: SocketAddress
  let loop: any EventLoop
  private let finished: EventLoopPromise<LoadReport>
  private let requests: [[ByteBuffer]]
  private var generator: SeededGenerator
  private var report: LoadReport
  private var idle: [LoadConnection] = []
  private var outstanding = 0
  private var startedAt = NIODeadline.uptimeNanoseconds(0)
  private var lastAnswerAt = NIODeadline.uptimeNanoseconds(0)
  private var isSending = true

  init(_ plan: LoadPlan, address: SocketAddress, loop: any EventLoop, finished: EventLoopPromise<LoadReport>) {
    self.plan = plan
    self.address = address
    self.loop = loop
    self.finished = finished
    generator = SeededGenerator(seed: plan.seed)
    report = LoadReport(tiers: plan.tiers.map { LoadReport.Tier(name: $0.name) })
    requests = plan.tiers.map { LoadRequest.variants(plan, $0) }
  }

  var timeout: TimeAmount { TimeAmount(plan.timeout) }

  func start() {
    startedAt = .now()
    lastAnswerAt = startedAt
    switch plan.arrivals {
    case .open: scheduleArrival(after: startedAt)
    case .closed(let clients):
      guard clients > 0 else { return end() }
      for _ in 0..<clients { send(at: startedAt) }
    }
  }

  private var endOfSending: NIODeadline { startedAt + TimeAmount(plan.duration) }

  private func scheduleArrival(after earlier: NIODeadline) {
    guard case .open(let rate) = plan.arrivals, rate > 0 else { return end() }
    // The time between the events of a Poisson process is distributed exponentially.
    let gap = -log(1 - Double.random(in: 0..<1, using: &generator)) / rate
    let arrival = earlier + .nanoseconds(Int64(gap * 1e9))
    guard arrival < endOfSending else {
      isSending = false
      return endIfDone()
    }
    if arrival <= .now() {
      send(at: arrival)
      loop.execute { [self] in scheduleArrival(after: arrival) }
    } else {
      loop.scheduleTask(deadline: arrival) { [self] in
        send(at: arrival)
        scheduleArrival(after: arrival)
      }
    }
  }

  private func send(at arrival: NIODeadline) {
    let tier = chooseTier()
    let variants = requests[tier]
    let bytes = variants.count == 1 ? variants[0] : variants[Int.random(in: variants.indices, using: &generator)]
    report.tiers[tier].sent += 1
    outstanding += 1
    if let connection = idle.popLast() { return connection.send(bytes, tier: tier, arrival: arrival) }
    let connection = LoadConnection(self)
    ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connectTimeout(timeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(connection) }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenComplete { [self] result in
        switch result {
        case .success: connection.send(bytes, tier: tier, arrival: arrival)
        case .failure: ended(tier: tier, LoadAnswer(arrival: arrival, isBroken: true), connection: nil)
        }
      }
  }

  private func chooseTier() -> Int {
    let total = plan.tiers.reduce(0) { $0 + $1.share }
    var point = Double.random(in: 0..<max(total, .leastNormalMagnitude), using: &generator)
    for (index, tier) in plan.tiers.enumerated() {
      point -= tier.share
      if point < 0 { return index }
    }
    return plan.tiers.count - 1
  }

  /// - Parameter connection: Ready for the next request; `nil` when it is of no more use.
  func ended(tier: Int, _ answer: LoadAnswer, connection: LoadConnection?) {
    let now = NIODeadline.now()
    lastAnswerAt = now
    outstanding -= 1
    if let status = answer.status { report.tiers[tier].statuses[status, default: 0] += 1 }
    if answer.isTimedOut {
      report.tiers[tier].timedOut += 1
    } else if answer.isBroken {
      report.tiers[tier].broken += 1
    } else if answer.status == 200 {
      report.tiers[tier].completed += 1
      report.tiers[tier].endToEnd.add(nanoseconds: UInt64(max(0, (now - answer.arrival).nanoseconds)))
      let first = answer.firstPayload ?? now
      report.tiers[tier].timeToFirstToken.add(nanoseconds: UInt64(max(0, (first - answer.arrival).nanoseconds)))
    }
    if let connection { idle.append(connection) }
    if case .closed = plan.arrivals { continueClient(now, answer) }
    endIfDone()
  }

  private func continueClient(_ now: NIODeadline, _ answer: LoadAnswer) {
    guard now < endOfSending else {
      isSending = false
      return
    }
    if answer.status == 200 { return send(at: now) }
    // Who is turned away waits a little, as clients do, instead of asking in a tight loop.
    outstanding += 1
    loop.scheduleTask(in: .milliseconds(20)) { [self] in
      outstanding -= 1
      if NIODeadline.now() < endOfSending { send(at: .now()) } else { isSending = false }
      endIfDone()
    }
  }

  func forget(_ connection: LoadConnection) { idle.removeAll { $0 === connection } }

  private func endIfDone() { if !isSending, outstanding == 0 { end() } }

  private func end() {
    report.elapsed = .nanoseconds((lastAnswerAt - startedAt).nanoseconds)
    for connection in idle { connection.close() }
    idle = []
    finished.succeed(report)
  }
}
