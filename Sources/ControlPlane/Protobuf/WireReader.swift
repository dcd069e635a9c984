/// The wire format of Protocol Buffers: fields as numbers with values of four shapes.
struct WireReader {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)

    /// Whether it holds nothing but a zero: an unset field of Go's encoder.
    var isZero: Bool {
      switch self {
      case .varint(let number), .fixed64(let number): number == 0
      case .fixed32(let number): number == 0
      case .bytes(let bytes): bytes.isEmpty
      }
    }
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next field; `nil` at the end.
  mutating func next() throws -> (number: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let tag = try varint()
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0: return (number, .varint(try varint()))
    case 1: return (number, .fixed64(try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }))
    case 2: return (number, .bytes(try take(Int(clamping: try varint()))))
    case 5: return (number, .fixed32(try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }))
    default: throw APIError.badRequest("the protobuf body is damaged: field \(number) has an unknown wire type \(tag & 7)")
    }
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw APIError.badRequest("the protobuf body is damaged: a number does not end")
  }

  private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw APIError.badRequest("the protobuf body is damaged: it ends inside a field") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
