/// Writes the wire format of protocol buffers: https://protobuf.dev/programming-guides/encoding/
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func lengthDelimited(_ field: Int, _ content: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(content.count))
    bytes += content
  }

  mutating func string(_ field: Int, _ text: String?) {
    guard let text, !text.isEmpty else { return }
    lengthDelimited(field, Array(text.utf8))
  }

  /// An element of a repeated field: empty texts count.
  mutating func element(_ field: Int, _ text: String) { lengthDelimited(field, Array(text.utf8)) }

  mutating func integer(_ field: Int, _ value: Int?) {
    guard let value, value != 0 else { return }
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func bool(_ field: Int, _ value: Bool?) { integer(field, value ?? false ? 1 : 0) }

  mutating func double(_ field: Int, _ value: Double?) {
    guard let value, value != 0 else { return }
    varint(UInt64(field) << 3 | 1)
    var bits = value.bitPattern
    for _ in 0..<8 {
      bytes.append(UInt8(bits & 0xFF))
      bits >>= 8
    }
  }

  mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    lengthDelimited(field, inner.bytes)
  }

  /// gnostic's `Named…`: a name and a value.
  mutating func named(_ field: Int, _ name: String, _ write: (inout ProtobufWriter) -> Void) {
    message(field) { pair in
      pair.string(1, name)
      pair.message(2, write)
    }
  }
}
