/// OTLP's `ExportTraceServiceRequest` (opentelemetry-proto 1.x, trace/v1/trace.proto), in binary.
enum TraceMessage {
  /// The resource and the scope that all spans of one exporter share.
  struct Origin: Sendable {
    var resource: [(name: String, value: String)]
    var scopeName: String
    var scopeVersion: String
  }

  static func bytes(_ spans: [Span], from origin: Origin) -> [UInt8] {
    var message = ProtobufWriter()
    message.message(1) { resourceSpans in
      resourceSpans.message(1) { resource in
        for (name, value) in origin.resource { write(name, .string(value), field: 1, &resource) }
      }
      resourceSpans.message(2) { scopeSpans in
        scopeSpans.message(1) { scope in
          scope.string(1, origin.scopeName)
          scope.string(2, origin.scopeVersion)
        }
        for span in spans { scopeSpans.message(2) { write(span, &$0) } }
      }
    }
    return message.bytes
  }

  private static func write(_ span: Span, _ writer: inout ProtobufWriter) {
    writer.identifier(1, span.traceHigh, span.traceLow)
    writer.identifier(2, span.id)
    writer.string(3, span.state)
    if span.parent != 0 { writer.identifier(4, span.parent) }
    writer.string(5, span.name)
    writer.unsigned(6, span.kind.rawValue)
    writer.fixed64(7, span.start)
    writer.fixed64(8, span.end)
    for (name, value) in span.attributes { write(name, value, field: 9, &writer) }
    if let error = span.error {
      writer.message(15) { status in
        status.string(2, error)
        status.unsigned(3, 2)
      }
    }
    // Sampled; and that it is known whether the parent is of another process, and whether it is.
    writer.fixed32(16, 0x1 | 0x100 | (span.parentIsRemote ? 0x200 : 0))
  }

  private static func write(_ name: String, _ value: Span.Value, field: Int, _ writer: inout ProtobufWriter) {
    writer.message(field) { pair in
      pair.string(1, name)
      pair.message(2) { any in
        switch value {
        case .string(let text): any.member(1, text)
        case .boolean(let flag): any.member(2, Int64(flag ? 1 : 0))
        case .integer(let number): any.member(3, Int64(number))
        case .double(let number): any.member(4, number)
        }
      }
    }
  }
}
