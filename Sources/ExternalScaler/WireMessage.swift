/// Protocol Buffers' bytes, as far as five small messages need them: https://protobuf.dev/programming-guides/encoding/
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  /// A field without a value of its own is left out, as in proto3.
  mutating func integer(_ field: Int, _ value: Int64) {
    guard value != 0 else { return }
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: value))
  }

  mutating func double(_ field: Int, _ value: Double) {
    guard value != 0 else { return }
    varint(UInt64(field) << 3 | 1)
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift))) }
  }

  mutating func string(_ field: Int, _ value: String) { message(field, Array(value.utf8)) }

  mutating func message(_ field: Int, _ value: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Reads the fields of a message one after the other.
struct WireReader {
  enum Value: Equatable {
    case integer(UInt64)
    case bytes(ArraySlice<UInt8>)
    /// Four or eight bytes, which none of our messages has.
    case fixed

    var string: String? { if case .bytes(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil } }
  }

  struct Malformed: Error {}

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// `nil` at the end.
  mutating func next() throws(Malformed) -> (field: UInt64, value: Value)? {
    if rest.isEmpty { return nil }
    let key = try varint()
    guard key >> 3 != 0 else { throw Malformed() }
    switch key & 7 {
    case 0: return (key >> 3, .integer(try varint()))
    case 1: try skip(8)
    case 2:
      let length = try varint()
      guard length <= UInt64(rest.count) else { throw Malformed() }
      let bytes = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      return (key >> 3, .bytes(bytes))
    case 5: try skip(4)
    default: throw Malformed()
    }
    return (key >> 3, .fixed)
  }

  private mutating func skip(_ count: Int) throws(Malformed) {
    guard rest.count >= count else { throw Malformed() }
    rest = rest.dropFirst(count)
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw Malformed() }
      value |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw Malformed()
  }
}
