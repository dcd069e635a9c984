// sources: Sources/DataPlane/HTTP Sources/DataPlane/Tracing/TraceParent.swift Sources/DataPlane/Observing/JSONLineWriter.swift
// A request's head and body, whole and cut in two: never a crash, and the same meaning however the bytes arrive.

struct Reading: Equatable {
  var head: RequestHead?
  var lines: [HeaderLine] = []
  var payload: [UInt8] = []
  var end: Int?
  var problem: HTTPProblem?
}

func read(_ bytes: [UInt8], cut: Int) -> Reading {
  var reading = Reading()
  var scanner = HeadScanner()
  do {
    if cut > 0, cut < bytes.count { _ = try scanner.scanRequest(Array(bytes[..<cut]).span) }
    guard let head = try scanner.scanRequest(bytes.span) else { return reading }
    reading.head = head
    reading.lines = scanner.lines
    require(head.length <= bytes.count, "a head of \(head.length) bytes in \(bytes.count)")
    var framing = BodyFraming(head.body)
    var start = head.length
    for end in Set([min(max(head.length, cut), bytes.count), bytes.count]).sorted() where !framing.isComplete {
      let part = Array(bytes[start..<end])
      var position = 0
      while let piece = try framing.next(part.span, from: &position) { reading.payload += part[piece] }
      if framing.isComplete { reading.end = start + position }
      start = end
    }
  } catch {
    reading.problem = error
  }
  return reading
}

func fuzz(_ input: [UInt8]) {
  guard input.count > 1 else { return }
  let bytes = Array(input[1...])
  let whole = read(bytes, cut: 0)
  let parts = read(bytes, cut: input.cut)
  require(whole == parts, "cut at \(input.cut): \(whole) and \(parts)")
  guard let head = whole.head else { return }
  // What must never be understood: two lengths, or a length and chunks.
  let lengths = whole.lines.count { $0.kind == .contentLength }
  let codings = whole.lines.count { $0.kind == .transferEncoding }
  require(lengths + codings <= 1, "\(lengths) lengths and \(codings) codings")
  require(head.isCurrentVersion == false || whole.lines.count { $0.kind == .host } == 1, "HTTP/1.1 with one host")
  for line in whole.lines {
    require(!bytes[line.value].contains { $0 == 13 || $0 == 10 || $0 == 0 }, "a line break in a value")
    require(bytes[Int(line.end) - 2] == 13 && bytes[Int(line.end) - 1] == 10, "a line ends with CR LF")
  }
}
