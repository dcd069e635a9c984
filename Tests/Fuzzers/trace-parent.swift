// sources: Sources/DataPlane/Tracing/TraceParent.swift Sources/DataPlane/Observing/JSONLineWriter.swift
// The header traceparent: read to the letter of W3C Trace Context, and written as it was read.

func fuzz(_ bytes: [UInt8]) {
  let cut = bytes.cut
  guard let parent = TraceParent(bytes.span, cut..<bytes.count) else { return }
  require(parent.traceHigh | parent.traceLow != 0 && parent.spanID != 0, "an identifier of zeros is none")
  var written = [UInt8](repeating: 0, count: TraceParent.length)
  written.withUnsafeMutableBytes { buffer in
    if let start = buffer.baseAddress { parent.write(to: start) }
  }
  require(TraceParent(written.span, 0..<written.count) == parent, "\(written)")
  // Version and flags are ours; the identifiers are the sender's.
  require(written[3..<52] == bytes[(cut + 3)..<(cut + 52)], "the identifiers are passed on as they came")
}
