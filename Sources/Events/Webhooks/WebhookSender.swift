import AsyncHTTPClient
import Dispatch
import Foundation
import Logging
import NIOCore
import Synchronization

/// Delivers events to webhooks at least once: each is kept in the outbox until its endpoint answered 2xx, and tried again at growing
/// intervals, also by the next process. What nobody took after the last attempt stays in the outbox as a dead letter.
///
/// An endpoint that is slow or away holds up no other: each has a task of its own, and at most ``concurrent`` requests under way.
package final class WebhookSender: EventSink {
  package struct Settings: Sendable {
    /// After the first, second, … failed attempt; then it is a dead letter. The default is Standard Webhooks' schedule.
    package var retries: [Duration] = [
      .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18000), .seconds(36000), .seconds(50400), .seconds(72000),
      .seconds(86400),
    ]
    /// For the whole of an attempt.
    package var timeout: Duration = .seconds(15)
    /// Events that wait in memory to be written to the outbox.
    package var capacity = 10_000

    package init() {}
  }

  package struct Standing: Sendable, Hashable {
    package var delivered = 0
    package var failedAttempts = 0
    package var waiting = 0
    package var deadLetters = 0
    /// Not taken: the outbox was not written fast enough.
    package var dropped = 0
  }

  private struct State {
    var pending: [OrchestratorEvent] = []
    var standing = Standing()
    var isScheduled = false
    var wakeups: [AsyncStream<Void>.Continuation] = []
  }

  static let concurrent = 4

  private let endpoints: [WebhookEndpoint]
  private let outbox: WebhookOutbox
  private let settings: Settings
  private let logger: Logger
  private let now: @Sendable () -> Date
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "podium.events.outbox")

  package init(
    _ endpoints: [WebhookEndpoint], outbox path: String, settings: Settings = Settings(), logger: Logger,
    now: @escaping @Sendable () -> Date = { Date() }
  ) throws(WebhookProblem) {
    self.endpoints = endpoints
    outbox = try WebhookOutbox(path: path)
    self.settings = settings
    self.logger = logger
    self.now = now
  }

  package var standing: Standing {
    var standing = state.withLock { $0.standing }
    if let counts = try? outbox.counts() { (standing.waiting, standing.deadLetters) = counts }
    return standing
  }

  package func publish(_ event: OrchestratorEvent) {
    guard endpoints.contains(where: { $0.takes(event) }) else { return }
    let isFirst = state.withLock { state in
      guard state.pending.count < settings.capacity else {
        state.standing.dropped += 1
        return false
      }
      state.pending.append(event)
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if isFirst { queue.async { [self] in keep() } }
  }

  /// Returns when what was published before is in the outbox.
  package func flush() async {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        keep()
        continuation.resume()
      }
    }
  }

  /// Dead letters are tried again, from the first attempt on.
  @discardableResult
  package func revive() throws -> Int {
    let count = try outbox.revive(at: now())
    wake()
    return count
  }

  /// Delivers until the task is cancelled. What is under way then is tried again by the next process.
  package func run() async {
    let client = HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: HTTPClient.Configuration(redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5))))
    await withTaskGroup(of: Void.self) { group in
      for endpoint in endpoints {
        let (wakeups, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.wakeups.append(continuation) }
        group.addTask { await self.serve(endpoint, client, wakeups) }
      }
    }
    try? await client.shutdown()
  }

  private func keep() {
    let events = state.withLock { state in
      defer {
        state.pending = []
        state.isScheduled = false
      }
      return state.pending
    }
    let deliveries = events.flatMap { event in
      let body = event.envelope.bytes()
      return endpoints.filter { $0.takes(event) }.map { (event: event.id.uuidString.lowercased(), endpoint: $0.name, body: body) }
    }
    guard !deliveries.isEmpty else { return }
    do {
      try outbox.append(deliveries, at: now())
      wake()
    } catch {
      state.withLock { $0.standing.dropped += events.count }
      logger.error("events are lost: the outbox cannot be written", metadata: ["events": "\(events.count)", "error": "\(error)"])
    }
  }

  private func wake() { for continuation in state.withLock({ $0.wakeups }) { continuation.yield() } }

  private func serve(_ endpoint: WebhookEndpoint, _ client: HTTPClient, _ wakeups: AsyncStream<Void>) async {
    while !Task.isCancelled {
      let due = (try? outbox.due(endpoint.name, at: now(), limit: Self.concurrent)) ?? []
      guard due.isEmpty else {
        await withTaskGroup(of: Void.self) { group in
          for delivery in due { group.addTask { await self.attempt(delivery, endpoint, client) } }
        }
        continue
      }
      await wait(until: try? outbox.next(endpoint.name), wakeups)
    }
  }

  /// For news, for a moment, for a minute at most, or for the end.
  private func wait(until moment: Date?, _ wakeups: AsyncStream<Void>) async {
    let seconds = min(max(moment.map { $0.timeIntervalSince(now()) } ?? 60, 0.01), 60)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
      group.addTask { for await _ in wakeups { return } }
      await group.next()
      group.cancelAll()
    }
  }

  private func attempt(_ delivery: WebhookOutbox.Delivery, _ endpoint: WebhookEndpoint, _ client: HTTPClient) async {
    let failure = await send(delivery, endpoint, client)
    guard !Task.isCancelled || failure == nil else { return }
    do {
      if let failure {
        let next = delivery.attempts < settings.retries.count && !failure.isFinal ? settings.retries[delivery.attempts] : nil
        let delay = next.map { max($0, failure.retryAfter ?? .zero) }
        try outbox.failed(delivery, error: failure.text, next: delay.map { now().addingTimeInterval($0 / .seconds(1)) })
        state.withLock { $0.standing.failedAttempts += 1 }
        logger.log(
          level: next == nil ? .error : .warning, next == nil ? "an event was not delivered: it is a dead letter" : "a webhook failed",
          metadata: ["endpoint": "\(endpoint.name)", "event": "\(delivery.event)", "error": "\(failure.text)"])
      } else {
        try outbox.delivered(delivery)
        state.withLock { $0.standing.delivered += 1 }
      }
    } catch {
      logger.error("the outbox cannot be written", metadata: ["error": "\(error)"])
    }
  }

  private struct Failure {
    var text: String
    /// Trying again is of no use: the endpoint says that it is gone.
    var isFinal = false
    var retryAfter: Duration?
  }

  private func send(_ delivery: WebhookOutbox.Delivery, _ endpoint: WebhookEndpoint, _ client: HTTPClient) async -> Failure? {
    var request = HTTPClientRequest(url: endpoint.url)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.headers.add(name: "user-agent", value: "podium")
    for header in WebhookSignature.headers(
      id: delivery.event, timestamp: Int(now().timeIntervalSince1970), body: delivery.body, secret: endpoint.secret)
    {
      request.headers.add(name: header.name, value: header.value)
    }
    request.body = .bytes(delivery.body)
    do {
      let response = try await client.execute(request, timeout: TimeAmount(settings.timeout))
      if (200..<300).contains(response.status.code) { return nil }
      let seconds = response.headers.first(name: "retry-after").flatMap { Int($0) }.map { min(max($0, 0), 86_400) }
      return Failure(
        text: "status \(response.status.code)", isFinal: response.status == .gone, retryAfter: seconds.map { .seconds($0) })
    } catch let error as HTTPClientError {
      return Failure(text: error.shortDescription)
    } catch {
      return Failure(text: "cannot be reached")
    }
  }
}
