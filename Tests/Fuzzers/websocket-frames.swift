// sources: Sources/DataPlane/WebSocket/WebSocketFraming.swift Sources/DataPlane/WebSocket/WebSocketProblem.swift
// A client's frames and a server's, whole and byte by byte: never a crash, and the same meaning however the bytes arrive.

func follow(_ bytes: [UInt8], by sender: WebSocketFraming.Sender, step: Int) -> (Int, WebSocketProblem?, Bool) {
  var framing = WebSocketFraming(sender, limit: 4096)
  var held: [UInt8] = []
  var passed = 0
  var position = 0
  while position < bytes.count {
    let end = min(bytes.count, position + step)
    held += bytes[position..<end]
    position = end
    let reading = framing.read(held.span)
    require(reading.passable <= held.count, "\(reading.passable) of \(held.count) bytes")
    held.removeFirst(reading.passable)
    passed += reading.passable
    if let problem = reading.problem { return (passed, problem, framing.hasClosed) }
    // What is held is the beginning of a header, or of a control frame.
    require(framing.hasClosed || held.count < 14 + 126, "\(held.count) bytes are held")
  }
  return (passed, nil, framing.hasClosed)
}

func fuzz(_ input: [UInt8]) {
  guard input.count > 1 else { return }
  let sender: WebSocketFraming.Sender = input[0] % 2 == 0 ? .client : .server
  let bytes = Array(input[1...])
  let whole = follow(bytes, by: sender, step: bytes.count)
  for step in [1, 3, Int(input[0]) + 1] {
    let parts = follow(bytes, by: sender, step: step)
    require(whole == parts, "in steps of \(step): \(whole) and \(parts)")
  }
}
