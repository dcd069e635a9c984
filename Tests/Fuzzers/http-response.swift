// sources: Sources/DataPlane/HTTP Sources/DataPlane/Tracing/TraceParent.swift Sources/DataPlane/Observing/JSONLineWriter.swift
// A model server's answer, whole and cut in two.

func read(_ bytes: [UInt8], cut: Int) -> (ResponseHead?, [UInt8], HTTPProblem?) {
  var payload: [UInt8] = []
  var scanner = HeadScanner()
  do {
    if cut > 0, cut < bytes.count { _ = try scanner.scanResponse(Array(bytes[..<cut]).span) }
    guard let head = try scanner.scanResponse(bytes.span) else { return (nil, [], nil) }
    require(head.length <= bytes.count && (100...999).contains(head.status), "\(head)")
    var framing = BodyFraming(head.body)
    var start = head.length
    for end in Set([min(max(head.length, cut), bytes.count), bytes.count]).sorted() where !framing.isComplete {
      let part = Array(bytes[start..<end])
      var position = 0
      framing.startBuffer()
      while let piece = try framing.next(part.span, from: &position) { payload += part[piece] }
      if let boundary = framing.boundary { require(boundary <= part.count, "a boundary outside the bytes") }
      start = end
    }
    return (head, payload, nil)
  } catch {
    return (nil, payload, error)
  }
}

func fuzz(_ input: [UInt8]) {
  guard input.count > 1 else { return }
  let bytes = Array(input[1...])
  let whole = read(bytes, cut: 0)
  let parts = read(bytes, cut: input.cut)
  require(whole == parts, "cut at \(input.cut): \(whole) and \(parts)")
}
