/// Where traced requests go when they are over. It never blocks: what it cannot take it drops and counts.
package protocol SpanSink: Sendable {
  func offer(_ requests: [RequestTrace])
  /// Spans since the start.
  var exported: UInt64 { get }
  var dropped: UInt64 { get }
}

/// What to trace, and where it goes.
package struct Tracing: Sendable {
  package var sampler: TraceSampler
  package var sink: any SpanSink

  package init(sampler: TraceSampler, sink: any SpanSink) {
    self.sampler = sampler
    self.sink = sink
  }
}
