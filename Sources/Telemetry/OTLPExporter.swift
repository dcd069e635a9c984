import AsyncHTTPClient
import DataPlane
import Logging
import NIOCore
import Synchronization

/// Sends traced requests to an OpenTelemetry collector: OTLP over HTTP, in binary, one batch after the other.
///
/// ```
/// event loops ─ offer ─▶ at most `maximumWaiting` requests ─▶ batch ─▶ POST ─▶ done
///                  └─ no room: dropped and counted      ▲              │ 429, 502, 503, 504, no connection
///                                                       └── back-off ◀─┘ (others, or too often: dropped and counted)
/// ```
package final class OTLPExporter: SpanSink {
  /// Traced requests that may wait while the collector is slow or gone.
  static let maximumWaiting = 8192
  /// In one message.
  static let maximumBatch = 512
  /// How long a request may wait for others to share a message with.
  static let delay = Duration.milliseconds(500)
  /// How long one batch is tried.
  static let patience = Duration.seconds(30)

  private struct State {
    var waiting: [RequestTrace] = []
    var isStopping = false
  }

  private let settings: TracingSettings
  private let origin: TraceMessage.Origin
  private let client: HTTPClient
  private let logger: Logger
  private let state = Mutex(State())
  private let exportedSpans = Atomic<UInt64>(0)
  private let droppedSpans = Atomic<UInt64>(0)
  /// A word whenever there is something to look at.
  private let wakeups: AsyncStream<Void>
  private let waker: AsyncStream<Void>.Continuation
  private let worker = Mutex<Task<Void, Never>?>(nil)

  /// Begins at once; `shutdown` must be called.
  /// - Parameters:
  ///   - service: The name of the service, unless the settings have one.
  ///   - group: Event loops for the connections to the collector.
  package init(_ settings: TracingSettings, service: String, version: String?, group: any EventLoopGroup, logger: Logger) {
    self.settings = settings
    self.logger = logger
    // OTEL_SERVICE_NAME comes before a service.name among the resource's attributes.
    let named = settings.serviceName ?? settings.resource.last { $0.name == "service.name" }?.value ?? service
    let others = settings.resource.filter { $0.name != "service.name" }
    let versioned = others.contains { $0.name == "service.version" } ? [] : version.map { [(name: "service.version", value: $0)] } ?? []
    origin = TraceMessage.Origin(
      resource: [(name: "service.name", value: named)] + versioned + others, scopeName: "podium", scopeVersion: version ?? "")
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = TimeAmount(settings.timeout)
    client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    (wakeups, waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    worker.withLock { $0 = Task { [self] in await run() } }
  }

  package var exported: UInt64 { exportedSpans.load(ordering: .relaxed) }
  package var dropped: UInt64 { droppedSpans.load(ordering: .relaxed) }

  package func offer(_ requests: [RequestTrace]) {
    let refused = state.withLock { state -> ArraySlice<RequestTrace> in
      let room = state.isStopping ? 0 : max(0, Self.maximumWaiting - state.waiting.count)
      state.waiting += requests.prefix(room)
      return requests.dropFirst(room)
    }
    if !refused.isEmpty { drop(refused) }
    waker.yield()
  }

  private func drop(_ requests: some Sequence<RequestTrace>) {
    droppedSpans.wrappingAdd(UInt64(requests.reduce(0) { $0 + Span.count(of: $1) }), ordering: .relaxed)
  }

  /// Sends what still waits, and ends. What cannot be sent in time is dropped and counted.
  package func shutdown(within limit: Duration) async {
    state.withLock { $0.isStopping = true }
    waker.finish()
    let task = worker.withLock { $0 }
    let alarm = Task {
      try await Task.sleep(for: limit)
      task?.cancel()
    }
    await task?.value
    alarm.cancel()
    let rest = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    drop(rest)
    try? await client.shutdown()
  }
}

// MARK: Sending

extension OTLPExporter {
  private func run() async {
    for await _ in wakeups {
      if !state.withLock(\.isStopping) { try? await Task.sleep(for: Self.delay) }
      await sendAll()
    }
    await sendAll()
  }

  private func sendAll() async {
    while !Task.isCancelled, let batch = nextBatch() { await send(batch) }
  }

  private func nextBatch() -> [RequestTrace]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else { return nil }
      let batch = Array(state.waiting.prefix(Self.maximumBatch))
      state.waiting.removeFirst(batch.count)
      return batch
    }
  }

  private func send(_ batch: [RequestTrace]) async {
    let spans = batch.flatMap(Span.all)
    let body = ByteBuffer(bytes: TraceMessage.bytes(spans, from: origin))
    let deadline = ContinuousClock.now + Self.patience
    var backoff = Duration.milliseconds(500)
    while true {
      let result = await post(body)
      switch result {
      case .accepted(let rejected):
        exportedSpans.wrappingAdd(UInt64(spans.count) &- min(rejected, UInt64(spans.count)), ordering: .relaxed)
        droppedSpans.wrappingAdd(min(rejected, UInt64(spans.count)), ordering: .relaxed)
        return
      case .refused(let reason): return giveUp(spans.count, reason)
      case .busy(let wait, let reason):
        // Spread, so that proxies which failed together do not come back together.
        let pause = wait ?? backoff * Double.random(in: 0.5...1.5)
        guard !Task.isCancelled, ContinuousClock.now + pause < deadline else { return giveUp(spans.count, reason) }
        try? await Task.sleep(for: pause)
        backoff = min(backoff * 2, .seconds(10))
      }
    }
  }

  private func giveUp(_ count: Int, _ reason: String) {
    droppedSpans.wrappingAdd(UInt64(count), ordering: .relaxed)
    logger.warning("spans are lost: the collector does not take them", metadata: ["spans": "\(count)", "reason": "\(reason)"])
  }

  private enum Answer {
    /// With so many spans that the collector took and threw away.
    case accepted(rejected: UInt64)
    /// Trying again is no use.
    case refused(String)
    case busy(wait: Duration?, String)
  }

  private func post(_ body: ByteBuffer) async -> Answer {
    var request = HTTPClientRequest(url: settings.endpoint)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/x-protobuf")
    request.headers.add(name: "user-agent", value: origin.scopeVersion.isEmpty ? "podium" : "podium/\(origin.scopeVersion)")
    for (name, value) in settings.headers { request.headers.replaceOrAdd(name: name, value: value) }
    request.body = .bytes(body)
    do {
      let response = try await client.execute(request, timeout: TimeAmount(settings.timeout), logger: nil)
      let answer = try? await response.body.collect(upTo: 64 * 1024)
      switch response.status.code {
      case 200..<300: return .accepted(rejected: answer.map(PartialSuccess.rejectedSpans) ?? 0)
      case 429, 502, 503, 504:
        let seconds = response.headers.first(name: "retry-after").flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
        return .busy(wait: seconds, "status \(response.status.code)")
      default: return .refused("status \(response.status.code)")
      }
    } catch {
      return .busy(wait: nil, "\(error)")
    }
  }
}
