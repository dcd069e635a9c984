import NIOCore
import Scheduling

/// Makes the log lines and gathers the traced requests of one event loop; hands them over in batches. Confined to its loop.
final class LoopObserver {
  /// Handed over when this much has come together, and at every tick.
  static let batchBytes = 48 * 1024
  /// Traced requests are handed over when so many have come together, and at every tick.
  static let batchSpans = 256

  private let context: DataPlaneContext
  private let log: AccessLog?
  private let tracing: Tracing?
  private let line: AccessLogLine
  private var buffer = ByteBuffer()
  private var lines = 0
  private var spans: [RequestTrace] = []
  private var spares: [ObservedRequest] = []
  private var clock = WallClock()
  private var generator = SystemRandomNumberGenerator()
  private var random: SplitMix64
  /// By number of the address.
  private var backends: [(number: Int, text: [UInt8])] = []

  /// `nil` when there is nobody to tell.
  init?(_ context: DataPlaneContext) {
    log = context.configuration.accessLog
    tracing = context.configuration.tracing
    guard log != nil || tracing != nil else { return nil }
    self.context = context
    line = AccessLogLine(namespace: context.configuration.namespace, showsTenantNames: log?.showsTenantNames ?? false)
    random = SplitMix64(seed: generator.next())
    clock.adjust(DataPlaneContext.now)
  }

  // MARK: The beginning of a request

  func begin(_ head: RequestHead, _ lines: [HeaderLine], _ message: Span<UInt8>) -> ObservedRequest {
    let request = spares.popLast() ?? ObservedRequest()
    request.text.begin(head, lines, message)
    let parent = Self.parent(lines, message)
    request.trace = parent
    if let tracing { begin(request, parent, tracing.sampler, lines, message) }
    return request
  }

  private func begin(
    _ request: ObservedRequest, _ parent: TraceParent?, _ sampler: TraceSampler, _ lines: [HeaderLine], _ message: Span<UInt8>
  ) {
    var context = parent ?? TraceParent(traceHigh: random.next(), traceLow: random.next() | 1, spanID: 0, isSampled: false)
    context.isSampled = sampler.samples(context.traceLow, parent: parent)
    // What the caller sent goes on unchanged unless our own span stands between.
    guard context.isSampled || parent == nil else { return }
    context.spanID = random.next() | 1
    request.trace = context
    let state = parent == nil ? nil : Self.state(lines, message)
    request.passesState = state != nil
    if context.isSampled {
      let spans = RequestTrace(context: context, parent: parent, state: state ?? "")
      request.spans = spans
      request.outgoing = spans.outgoing(0)
    } else {
      request.outgoing = context
    }
  }

  /// The caller's place in a trace; `nil` when it says none, or nothing that can be understood.
  private static func parent(_ lines: [HeaderLine], _ message: Span<UInt8>) -> TraceParent? {
    var parent: TraceParent?
    var count = 0
    for line in lines where line.kind == .traceParent {
      count += 1
      parent = TraceParent(message, line.value)
    }
    return count == 1 ? parent : nil
  }

  /// All lines of `tracestate` as one; `nil` when one is malformed.
  private static func state(_ lines: [HeaderLine], _ message: Span<UInt8>) -> String? {
    var values: [String] = []
    var members = 0
    for line in lines where line.kind == .traceState {
      guard let count = TraceState.members(message, line.value) else { return nil }
      members += count
      values.append(message.text(line.value))
    }
    return members <= TraceState.maximumMembers ? values.joined(separator: ",") : nil
  }

  func dispatched(_ request: ObservedRequest?, _ record: RequestRecord) {
    guard let spans = request?.spans else { return }
    let backend = String(decoding: self.backend(record.endpoint), as: UTF8.self)
    spans.attempts.append(.init(waitingSince: record.waitingSince, dispatchedAt: record.dispatchedAt, backend: backend))
  }

  func attemptEnded(_ request: ObservedRequest?, _ kind: FailureKind?, now: MonotonicTime) {
    guard let spans = request?.spans, let last = spans.attempts.indices.last, spans.attempts[last].endedAt == nil else { return }
    spans.attempts[last].endedAt = now
    spans.attempts[last].failure = kind
  }

  private func backend(_ endpoint: Int) -> [UInt8] {
    guard endpoint >= 0 else { return [] }
    let index = EndpointTable.index(endpoint)
    while backends.count <= index { backends.append((-1, [])) }
    if backends[index].number != endpoint {
      guard let address = context.endpoints.address(endpoint) else { return Array("gone".utf8) }
      let host = address.ipAddress ?? "unknown"
      let text = Array((host.contains(":") ? "[\(host)]" : host).utf8) + Array(":\(address.port ?? 0)".utf8)
      backends[index] = (endpoint, text)
    }
    return backends[index].text
  }

  // MARK: Its end

  /// - Parameter request: `nil` for one that never was a request to a model.
  func conclude(_ request: ObservedRequest?, _ end: RequestEnd, _ record: RequestRecord) {
    let request = request ?? spares.popLast() ?? ObservedRequest()
    if let log { write(request, end, record, to: log) }
    if let spans = request.spans { finish(spans, request, end, record) }
    guard spares.count < 256 else { return }
    request.reset()
    spares.append(request)
  }

  private func write(_ request: ObservedRequest, _ end: RequestEnd, _ record: RequestRecord, to log: AccessLog) {
    let backend = backend(record.endpoint)
    let tenant = line.tenantName(record.tenant, context)
    let size = line.maximumSize(request, end, backend: backend, tenant: tenant)
    if buffer.capacity == 0 { buffer = ByteBufferAllocator().buffer(capacity: Self.batchBytes + 4096) }
    buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
      guard let base = memory.baseAddress else { return 0 }
      var writer = JSONLineWriter(base)
      line.write(request, end, record, backend: backend, tenant: tenant, &clock, into: &writer)
      return writer.count
    }
    lines += 1
    if buffer.readableBytes >= Self.batchBytes { flush() }
  }

  private func finish(_ spans: RequestTrace, _ request: ObservedRequest, _ end: RequestEnd, _ record: RequestRecord) {
    if let last = spans.attempts.indices.last, spans.attempts[last].endedAt == nil { spans.attempts[last].endedAt = end.at }
    spans.record = record
    spans.endedAt = end.at
    spans.clockOffset = clock.offset
    spans.text = request.text
    spans.namespace = context.configuration.namespace
    spans.pool = end.pool?.name
    spans.servedModel = request.hop.map { String(decoding: $0.servedModel, as: UTF8.self) }
    spans.tier = end.pool?.tiers[end.tier].name
    spans.clientAddress = String(decoding: end.clientAddress, as: UTF8.self)
    spans.isSecure = end.isSecure
    spans.status = end.status
    spans.outcome = "\(end.outcome.label)"
    spans.error = end.error?.code
    self.spans.append(spans)
    if self.spans.count >= Self.batchSpans { flush() }
  }

  // MARK: Handing over

  /// How long a line or a trace is kept at most, in nanoseconds.
  static let longestHeld: UInt64 = 100_000_000

  func onTick(_ now: MonotonicTime) {
    flush()
    clock.adjust(now)
  }

  func flush() {
    if lines > 0, let log {
      log.offer(buffer, lines: lines)
      buffer = ByteBuffer()
      lines = 0
    }
    if !spans.isEmpty, let tracing {
      tracing.sink.offer(spans)
      spans = []
    }
  }
}

/// How a request ended.
struct RequestEnd {
  var at: MonotonicTime
  var outcome: LoopMetrics.Outcome
  var status: Int
  var error: ProxyError?
  var pool: PoolRoute?
  var tier: Int
  var clientAddress: [UInt8]
  /// It came over TLS.
  var isSecure: Bool
}
