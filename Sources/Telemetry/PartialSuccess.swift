import NIOCore

/// What a collector's answer says about spans it did not keep: `ExportTraceServiceResponse.partial_success.rejected_spans`.
enum PartialSuccess {
  static func rejectedSpans(_ message: ByteBuffer) -> UInt64 {
    var message = message
    while let (field, value) = nextField(&message) {
      guard field == 1, case .bytes(var partial) = value else { continue }
      while let (inner, value) = nextField(&partial) {
        if inner == 1, case .number(let count) = value { return count }
      }
    }
    return 0
  }

  private enum Value {
    case number(UInt64)
    case bytes(ByteBuffer)
  }

  /// `nil` at the end, and for what is no message: then nothing was said.
  private static func nextField(_ buffer: inout ByteBuffer) -> (Int, Value)? {
    guard let key = varint(&buffer) else { return nil }
    let field = Int(truncatingIfNeeded: key >> 3)
    switch key & 7 {
    case 0: return varint(&buffer).map { (field, .number($0)) }
    case 1: return buffer.readInteger(endianness: .little, as: UInt64.self).map { (field, .number($0)) }
    case 2:
      guard let count = varint(&buffer), count <= UInt64(buffer.readableBytes) else { return nil }
      return buffer.readSlice(length: Int(count)).map { (field, .bytes($0)) }
    case 5: return buffer.readInteger(endianness: .little, as: UInt32.self).map { (field, .number(UInt64($0))) }
    default: return nil
    }
  }

  private static func varint(_ buffer: inout ByteBuffer) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = buffer.readInteger(as: UInt8.self) else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
