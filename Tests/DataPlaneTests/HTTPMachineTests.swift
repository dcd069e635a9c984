import Testing

@testable import DataPlane

/// SplitMix64, printed with its seed when a property fails.
struct Chance: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// What a reader made of some bytes.
enum Reading: Equatable {
  case incomplete
  case refused(HTTPProblem)
  case request(RequestHead, [HeaderLine], payload: [UInt8], end: Int?)
}

@Suite struct `The HTTP machine` {
  static let pieces: [String] = [
    "GET / HTTP/1.1\r\n", "POST /v1/x HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "host: a\r\n", "Content-Length: 5\r\n", "content-length: 0\r\n",
    "Transfer-Encoding: chunked\r\n", "transfer-encoding: identity\r\n", "connection: close\r\n", "Connection: keep-alive, x\r\n", "\r\n",
    "\n", "\r",
    "hello", "5\r\nhello\r\n", "0\r\n\r\n", "0\r\nx: y\r\n\r\n", ";ext=1", " ", "\t", ":", ",", "\0", "x: y\r\n", " folded\r\n", "é", "a",
    "FF\r\n", "-1", "+5",
  ]

  private func bytes(_ chance: inout Chance) -> [UInt8] {
    var bytes: [UInt8] = []
    let headers = ["content-length: 5\r\n", "transfer-encoding: chunked\r\n", "connection: close\r\n", "x: y\r\n", ""]
    if Bool.random(using: &chance) {
      bytes += Array("POST /v1/x HTTP/1.1\r\nhost: a\r\n".utf8)
      for _ in 0..<2 { bytes += Array((headers.randomElement(using: &chance) ?? "").utf8) }
      if Bool.random(using: &chance) { bytes += Array("\r\n".utf8) }
    }
    for _ in 0..<Int.random(in: 1...14, using: &chance) { bytes += Array((Self.pieces.randomElement(using: &chance) ?? "").utf8) }
    for _ in 0..<Int.random(in: 0...2, using: &chance) where !bytes.isEmpty {
      bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
    }
    return bytes
  }

  private func read(_ bytes: [UInt8], in slices: [Range<Int>]) -> Reading {
    var scanner = HeadScanner()
    do {
      guard let head = try scanner.scanRequest(bytes.span) else { return .incomplete }
      var framing = BodyFraming(head.body)
      var payload: [UInt8] = []
      var end: Int?
      for slice in [head.length..<head.length] + slices where slice.upperBound >= head.length {
        var position = 0
        let from = max(slice.lowerBound, head.length)
        let part = Array(bytes[from..<slice.upperBound])
        while let piece = try framing.next(part.span, from: &position) { payload += part[piece] }
        if framing.isComplete {
          end = from + position
          break
        }
      }
      return .request(head, scanner.lines, payload: payload, end: end)
    } catch {
      return .refused(error)
    }
  }

  @Test func `never crashes, and understands the same however the bytes are cut`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    var understood = 0
    for _ in 0..<20_000 {
      let bytes = bytes(&chance)
      let whole = read(bytes, in: [0..<bytes.count])
      let single = read(bytes, in: bytes.indices.map { $0..<$0 + 1 })
      #expect(whole == single, "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
      if case .request = whole { understood += 1 }
    }
    #expect(understood > 100, "seed \(seed): the generator makes too few valid messages to prove anything")
  }

  @Test func `decides as soon as it can, and never changes its mind when more bytes come`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    for _ in 0..<4_000 {
      let bytes = bytes(&chance)
      var decided: Reading?
      for count in 1...bytes.count {
        var scanner = HeadScanner()
        let reading: Reading
        do {
          guard let head = try scanner.scanRequest(Array(bytes[..<count]).span) else { continue }
          reading = .request(head, scanner.lines, payload: [], end: nil)
        } catch {
          reading = .refused(error)
        }
        if let decided { #expect(decided == reading, "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)") }
        decided = reading
      }
    }
  }

  @Test func `accepts no message with two ways to find its end`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    for _ in 0..<20_000 {
      let bytes = bytes(&chance)
      guard case .request(let head, let lines, _, _) = read(bytes, in: [0..<bytes.count]) else { continue }
      let lengths = lines.filter { $0.kind == .contentLength }.count
      let codings = lines.filter { $0.kind == .transferEncoding }.count
      #expect(lengths + codings <= 1, "seed \(seed)")
      #expect((codings == 1) == (head.body == .chunked), "seed \(seed)")
      let text = bytes[..<head.length]
      for (index, byte) in text.enumerated() where byte == 10 {
        #expect(index > 0 && text[index - 1] == 13, "seed \(seed): a bare line feed")
      }
    }
  }

  @Test func `answers are read as strictly, and as independently of how they are cut`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    for _ in 0..<20_000 {
      let bytes = Array("HTTP/1.1 200 OK\r\n".utf8) + bytes(&chance)
      var scanner = HeadScanner()
      guard let head = try? scanner.scanResponse(bytes.span) else { continue }
      #expect(head.body != .chunked || !scanner.lines.contains { $0.kind == .contentLength }, "seed \(seed)")
    }
  }

  @Test func `interim and bodiless answers have no body`() throws {
    for (status, expected) in [(100, BodyLength.none), (204, .none), (304, .none), (200, .bytes(5))] {
      var scanner = HeadScanner()
      let head = try scanner.scanResponse(Array("HTTP/1.1 \(status) x\r\ncontent-length: 5\r\n\r\n".utf8).span)
      #expect(head?.body == expected)
    }
  }
}
