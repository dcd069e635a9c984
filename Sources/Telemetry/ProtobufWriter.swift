/// Writes messages in Protocol Buffers' wire format: the few kinds of fields that OTLP's traces have.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  init() {}

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func key(_ field: Int, _ wireType: UInt64) { varint(UInt64(field) << 3 | wireType) }

  /// Fields of the default value are left out.
  mutating func unsigned(_ field: Int, _ value: UInt64) {
    guard value != 0 else { return }
    key(field, 0)
    varint(value)
  }

  /// Written even when it is the default: a member of a `oneof` says by being there which one it is.
  mutating func member(_ field: Int, _ value: Int64) {
    key(field, 0)
    varint(UInt64(bitPattern: value))
  }

  mutating func member(_ field: Int, _ value: Double) {
    key(field, 1)
    littleEndian(value.bitPattern)
  }

  mutating func fixed64(_ field: Int, _ value: UInt64) {
    guard value != 0 else { return }
    key(field, 1)
    littleEndian(value)
  }

  mutating func fixed32(_ field: Int, _ value: UInt32) {
    guard value != 0 else { return }
    key(field, 5)
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func littleEndian(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }

  /// Numbers as bytes, the most significant first.
  mutating func identifier(_ field: Int, _ values: UInt64...) {
    key(field, 2)
    varint(UInt64(values.count * 8))
    for value in values { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }
  }

  mutating func string(_ field: Int, _ text: String) {
    guard !text.isEmpty else { return }
    member(field, text)
  }

  mutating func member(_ field: Int, _ text: String) {
    key(field, 2)
    varint(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    body(&inner)
    key(field, 2)
    varint(UInt64(inner.bytes.count))
    bytes.append(contentsOf: inner.bytes)
  }
}
