import NIOCore
import Testing

@testable import DataPlane

@Suite struct EarlySettingsTests {
  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  private static let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
  private static let settings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 9]

  private static func frame(_ type: UInt8, _ payload: [UInt8]) -> [UInt8] {
    [0, 0, UInt8(payload.count), type, 0, 0, 0, 0, 1] + payload
  }

  @Test(arguments: [1, 2, 3, 7, 9, 10, 24, 1000])
  func `our settings are confirmed right behind the peer's, and its own confirmation is left out, however the bytes come`(size: Int) {
    let (first, second, later) = (Self.frame(1, [1, 2, 3]), Self.frame(0, []), Self.frame(0, [4, 1, 0, 0, 0, 0]))
    // A second confirmation is for settings that we have sent later.
    let input = Self.preface + Self.settings + first + second + Self.acknowledgement + later + Self.acknowledgement
    var machine = EarlySettings.Machine()
    var output = ByteBuffer()
    for start in stride(from: 0, to: input.count, by: size) {
      output.writeImmutableBuffer(machine.pass(ByteBuffer(bytes: input[start..<min(start + size, input.count)])))
    }
    #expect(
      Array(output.readableBytesView)
        == Self.preface + Self.settings + Self.acknowledgement + first + second + later + Self.acknowledgement)
  }
}
