import Testing

@testable import DataPlane

/// Frames as a client or a server writes them.
enum Frame {
  static func client(
    _ payload: [UInt8] = [], opcode: UInt8 = 1, final: Bool = true, reserved: UInt8 = 0, masked: Bool = true, key: [UInt8] = [1, 2, 3, 4]
  ) -> [UInt8] {
    var bytes = [(final ? 0x80 : 0) | reserved << 4 | opcode]
    let flag: UInt8 = masked ? 0x80 : 0
    switch payload.count {
    case ...125: bytes.append(flag | UInt8(payload.count))
    case ...0xffff: bytes += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
    default: bytes += [flag | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
    }
    guard masked else { return bytes + payload }
    return bytes + key + payload.enumerated().map { $0.element ^ key[$0.offset % 4] }
  }

  static func server(_ payload: [UInt8] = [], opcode: UInt8 = 1, final: Bool = true) -> [UInt8] {
    client(payload, opcode: opcode, final: final, masked: false)
  }

  static func text(_ text: String) -> [UInt8] { client(Array(text.utf8)) }

  static func close(_ code: UInt16, masked: Bool = true) -> [UInt8] {
    client([UInt8(code >> 8), UInt8(code & 0xff)], opcode: 8, masked: masked)
  }
}

@Suite struct `The WebSocket frame machine` {
  private func read(_ bytes: [UInt8], by sender: WebSocketFraming.Sender = .client, limit: Int = 1 << 20) -> WebSocketFraming.Reading {
    var framing = WebSocketFraming(sender, limit: limit)
    return framing.read(bytes.span)
  }

  static let malformed: [(String, [UInt8], WebSocketProblem)] = [
    ("a reserved bit", Frame.client(reserved: 4), .reservedBits),
    ("opcode 3", Frame.client(opcode: 3), .reservedOpcode),
    ("opcode 11", Frame.client(opcode: 11), .reservedOpcode),
    ("no mask", Frame.client(masked: false), .unmasked),
    ("a ping of 126 bytes", Frame.client([UInt8](repeating: 0, count: 126), opcode: 9), .controlTooLong),
    ("a fragmented ping", Frame.client(opcode: 9, final: false), .controlFragmented),
    ("a continuation of nothing", Frame.client(opcode: 0), .continuationWithoutStart),
    ("a message in a message", Frame.client([1], final: false) + Frame.client([2], opcode: 2), .startWithinMessage),
    ("125 in two bytes", [0x81, 0xfe, 0, 125, 1, 2, 3, 4], .lengthNotMinimal),
    ("65535 in eight bytes", [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4], .lengthNotMinimal),
    ("the highest bit", [0x81, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4], .lengthOverflow),
    ("the largest length", [0x81, 0xff, 0x7f] + [UInt8](repeating: 0xff, count: 7) + [1, 2, 3, 4], .messageTooBig),
    ("a Close of one byte", Frame.client([3], opcode: 8), .closePayload),
    ("Close 1005", Frame.close(1005), .closeCode), ("Close 1006", Frame.close(1006), .closeCode),
    ("Close 999", Frame.close(999), .closeCode), ("Close 1015", Frame.close(1015), .closeCode),
    ("Close 2000", Frame.close(2000), .closeCode), ("Close 5000", Frame.close(5000), .closeCode),
  ]

  @Test(arguments: malformed)
  func `refuses what is malformed, and passes nothing of that frame`(name: String, bytes: [UInt8], problem: WebSocketProblem) {
    let good = Frame.text("before")
    let reading = read(good + bytes)
    #expect(reading.problem == problem)
    // The first fragment of the message in a message is well formed.
    let passed = problem == .startWithinMessage ? Frame.client([1], final: false).count : 0
    #expect(reading.passable == good.count + passed)
  }

  @Test func `a server's frames must not be masked, and may be of any size`() {
    #expect(read(Frame.text("x"), by: .server).problem == .masked)
    let large = Frame.server([UInt8](repeating: 7, count: 70_000), opcode: 2)
    #expect(read(large, by: .server, limit: .max) == .init(passable: large.count))
  }

  @Test func `control frames may stand between fragments, which count together`() {
    let fragments = Frame.client([1, 2], final: false) + Frame.client([9], opcode: 9) + Frame.client([3], opcode: 0)
    var framing = WebSocketFraming(.client, limit: 3)
    #expect(framing.read(fragments.span) == .init(passable: fragments.count))
    #expect(framing.messages == 1 && framing.isBetweenFrames)
    #expect(read(fragments, limit: 2).problem == .messageTooBig)
  }

  @Test func `nothing is passed behind a Close`() {
    let close = Frame.close(1000)
    #expect(read(close + Frame.text("more")) == .init(passable: close.count))
    #expect(read(Frame.client(opcode: 8)).problem == nil && read(Frame.close(3000)).problem == nil)
  }

  @Test func `every reason has room in a Close frame, and is itself well formed`() {
    for problem in WebSocketProblem.allCases {
      let (masked, plain) = (problem.frame(mask: 0xdead_beef), problem.frame(mask: nil))
      #expect(read(masked) == .init(passable: masked.count), "\(problem)")
      #expect(read(plain, by: .server) == .init(passable: plain.count), "\(problem)")
    }
  }

  @Test func `understands the same however the bytes are cut, and never crashes`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    var whole = 0
    for _ in 0..<5_000 {
      var bytes: [UInt8] = []
      var isOpen = false
      for _ in 0..<Int.random(in: 1...6, using: &chance) {
        let payload = [UInt8](repeating: 5, count: [0, 1, 125, 126, 300].randomElement(using: &chance) ?? 0)
        if Bool.random(using: &chance), payload.count <= 125 {
          bytes += Frame.client(payload, opcode: 9)
        } else {
          let final = Bool.random(using: &chance)
          bytes += Frame.client(payload, opcode: isOpen ? 0 : 2, final: final)
          isOpen = !final
        }
      }
      if Int.random(in: 0..<3, using: &chance) == 0 {
        bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
      }
      let expected = read(bytes)
      // A byte at a time, holding what may not go on yet.
      var framing = WebSocketFraming(.client, limit: 1 << 20)
      var held: [UInt8] = []
      var passed = 0
      var problem: WebSocketProblem?
      for byte in bytes where problem == nil {
        held.append(byte)
        let reading = framing.read(held.span)
        held.removeFirst(reading.passable)
        passed += reading.passable
        problem = reading.problem
      }
      #expect(problem == expected.problem && passed == expected.passable, "seed \(seed)")
      if expected.problem == nil { whole += 1 }
    }
    #expect(whole > 100, "seed \(seed): the generator makes too few valid streams to prove anything")
  }
}
