import Foundation
import JSON
import NIOCore

/// Everything one simulated server knows, on one event loop: no lock and no task per token, one timer for all its sequences.
final class ServerLoop {
  private let configuration: ModelServerConfiguration
  private let loop: any EventLoop
  private let origin = NIODeadline.now()
  private var engine: Engine
  private var metrics: ServerMetrics
  private var faults: Faults
  private var random: SeededGenerator
  private var answers: [SequenceID: Answer] = [:]
  private var connections: [ObjectIdentifier: any Channel] = [:]
  private var timer: (due: NIODeadline, task: Scheduled<Void>)?
  private var requests = 0
  private var events: [(SequenceID, Engine.Event)] = []
  private var isDraining = false
  /// Kept when the last connection has gone, once the server is to end.
  private var emptied: EventLoopPromise<Void>?

  /// Tokens due within this of each other leave together: at most 2,000 wake-ups a second, however many sequences run.
  private static let resolution = TimeAmount.microseconds(500)

  init(configuration: ModelServerConfiguration, loop: any EventLoop) {
    self.configuration = configuration
    self.loop = loop
    faults = configuration.faults
    random = SeededGenerator(seed: configuration.seed ^ 0x5eed)
    metrics = ServerMetrics(maximumModelLength: configuration.maximumModelLength, speed: configuration.speed)
    engine = Engine(
      settings: .init(
        latency: configuration.latency, maximumSequences: configuration.maximumSequences, maximumQueued: configuration.maximumQueued,
        isPriorityScheduling: configuration.isPriorityScheduling, cacheTokens: configuration.cacheBlocks * 16,
        jitter: configuration.jitter, slowFactor: configuration.faults.slowFactor), seed: configuration.seed)
  }

  func update(_ faults: Faults) {
    self.faults = faults
    engine.settings.slowFactor = faults.slowFactor
  }

  // MARK: Time

  /// Engine time is wall time times the speed.
  private var now: UInt64 { UInt64(Double((NIODeadline.now() - origin).nanoseconds) * configuration.speed) }

  private func deadline(_ due: UInt64) -> NIODeadline { origin + .nanoseconds(Int64(Double(due) / configuration.speed)) }

  /// Changes the engine, works off what is due, writes it, and sets the timer for what comes next.
  ///
  /// Writing may call back: a pipelined request starts, a broken connection cancels. Such a call changes the engine at once, and
  /// its events wait for their turn, so that every answer sees its events in order.
  private func drive(_ change: (inout Engine, Engine.Handler) -> Void) {
    change(&engine) { events.append(($0, $1)) }
    engine.advance(to: now) { events.append(($0, $1)) }
    guard !isDraining else { return }
    isDraining = true
    var place = 0
    repeat {
      var touched: [Answer] = []
      while place < events.count {
        handle(place, &touched)
        place += 1
      }
      for answer in touched where answer.sequence != nil {
        answer.flush()
        if answer.isAbortDue { end(answer) }
      }
    } while place < events.count
    events.removeAll(keepingCapacity: events.count < 4096)
    isDraining = false
    setTimer()
  }

  private func handle(_ place: Int, _ touched: inout [Answer]) {
    let (id, event) = events[place]
    guard let answer = answers[id] else { return }
    switch event {
    case .scheduled: break
    case .token(let index, let gap):
      metrics.token(index: index, gap: gap, promptTokens: answer.text.request.promptTokens)
      guard !answer.isAbortDue else { return }
      // A sequence's end directly follows its last token.
      var finish: Engine.FinishReason?
      if place + 1 < events.count, events[place + 1].0 == id, case .finished(let end) = events[place + 1].1, end.reason != .abort {
        finish = end.reason
      }
      answer.token(index, finish: finish)
      if finish == nil, touched.last !== answer { touched.append(answer) }
    case .finished(let finish):
      metrics.finished(finish)
      answers[id] = nil
      answer.sequence = nil
      if finish.reason == .abort || answer.abortAfter != nil { answer.abort() } else { answer.finish(finish.reason) }
    }
  }

  private func end(_ answer: Answer) {
    guard let id = answer.sequence else { return }
    drive { $0.cancel(id, at: now, $1) }
  }

  private func setTimer() {
    guard let due = engine.nextDue else {
      timer?.task.cancel()
      timer = nil
      return
    }
    let deadline = max(deadline(due), .now() + Self.resolution)
    if let timer, timer.due <= deadline { return }
    timer?.task.cancel()
    let server = NIOLoopBound(self, eventLoop: loop)
    timer = (
      deadline,
      loop.scheduleTask(deadline: deadline) {
        server.value.timer = nil
        server.value.drive { _, _ in }
      }
    )
  }
}

// MARK: Requests

extension ServerLoop {
  /// Starts an answer; `nil` when it will never come, by a fault that was drawn. `done` is called when it has ended.
  func start(
    _ request: CompletionRequest, context: ChannelHandlerContext, keepAlive: Bool, done: @escaping () -> Void
  ) throws(APIError) -> Answer? {
    guard isStarted else { throw .unavailable("The model is still loading.") }
    guard configuration.servedNames.contains(request.model) else { throw .unknownModel(request.model) }
    let (tokens, isLength) = try outputTokens(request)
    requests += 1
    if random.fraction() < faults.errorRate {
      metrics.failed()
      throw APIError(status: 500, type: "InternalServerError", message: "EngineCore encountered an issue (a fault of the simulator).")
    }
    if random.fraction() < faults.hangRate { return nil }
    let abortAfter = random.fraction() < faults.abortRate ? faults.abortAfterTokens : nil
    let prefix = request.kind == .chat ? "chatcmpl" : "cmpl"
    let text = AnswerText(
      id: "\(prefix)-\(String(configuration.seed, radix: 16))-\(requests)", request: request, created: Int(Date().timeIntervalSince1970))
    let answer = Answer(text: text, abortAfter: abortAfter, context: context, keepAlive: keepAlive, done: done)
    var isRefused = false
    drive { engine, handler in
      let id = engine.submit(
        promptTokens: request.promptTokens, outputTokens: tokens, isLength: isLength, priority: request.priority, at: now, handler)
      guard let id else { return isRefused = true }
      answer.sequence = id
      answers[id] = answer
    }
    guard !isRefused else {
      metrics.rejected()
      throw .unavailable("The server's queue is full (--max-num-queued-reqs).")
    }
    if answer.isAbortDue { end(answer) }
    return answer
  }

  /// As many as the request allows; a drawn number, half to one and a half times the mean, when it leaves that open.
  private func outputTokens(_ request: CompletionRequest) throws(APIError) -> (count: Int, isLength: Bool) {
    let limit = configuration.maximumModelLength
    let wanted = request.maximumTokens
    guard request.promptTokens + (wanted ?? 1) <= limit else {
      throw .badRequest(
        "This model's maximum context length is \(limit) tokens. However, you requested \(wanted ?? 1) output tokens and your prompt "
          + "contains \(request.promptTokens) input tokens, for a total of \(request.promptTokens + (wanted ?? 1)) tokens. "
          + "Please reduce the length of the input prompt or the number of requested output tokens.",
        parameter: wanted == nil ? "input_tokens" : "max_tokens")
    }
    if let wanted { return (wanted, true) }
    let drawn = max(1, Int(Double(configuration.outputTokens) * (0.5 + random.fraction())))
    return (min(drawn, limit - request.promptTokens), false)
  }

  /// The client has gone.
  func cancel(_ answer: Answer) { end(answer) }

  func opened(_ channel: any Channel) { connections[ObjectIdentifier(channel)] = channel }
  func closed(_ channel: any Channel) {
    connections[ObjectIdentifier(channel)] = nil
    if connections.isEmpty { emptied?.succeed() }
  }

  /// Ends the connections that are idle now, and the others after their answer; done when all have ended, or after the limit.
  func drain(within limit: Duration) -> EventLoopFuture<Void> {
    guard limit > .zero, !connections.isEmpty else { return loop.makeSucceededVoidFuture() }
    let promise = loop.makePromise(of: Void.self)
    emptied = promise
    let giveUp = loop.scheduleTask(in: TimeAmount(limit)) { promise.succeed() }
    for channel in connections.values { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    return promise.futureResult.always { _ in giveUp.cancel() }
  }

  func stop() {
    timer?.task.cancel()
    timer = nil
    for channel in connections.values { channel.close(promise: nil) }
  }
}

// MARK: Pages

extension ServerLoop {
  private var isStarted: Bool { NIODeadline.now() - origin >= TimeAmount(faults.startupDelay) }

  var isHealthy: Bool { isStarted && !faults.isHealthFailing }

  func admits(authorization: String?) -> Bool {
    configuration.apiKeys.isEmpty || configuration.apiKeys.contains { authorization == "Bearer \($0)" }
  }

  func metricsPage() -> String {
    drive { _, _ in }
    return metrics.text(
      model: configuration.servedNames[0], running: engine.running, waiting: engine.waiting, cacheUse: engine.cacheUse,
      cacheBlocks: configuration.cacheBlocks)
  }

  func models() -> JSONValue {
    let models = configuration.servedNames.map { name -> JSONValue in
      [
        "id": .string(name), "object": "model", "created": JSONValue(Int(Date().timeIntervalSince1970)), "owned_by": "vllm",
        "root": .string(configuration.model), "parent": nil, "max_model_len": JSONValue(configuration.maximumModelLength),
        "permission": [],
      ]
    }
    return ["object": "list", "data": .array(models)]
  }
}
