extension CELFunction {
  static let conversions: [CELFunction] = [
    CELFunction("dyn", global: 1...1) { (a) throws(CELError) in a[0] },
    CELFunction("type", global: 1...1) { (a) throws(CELError) in .type(a[0].typeName) },
    CELFunction("size", global: 1...1, method: 0...0) { (a) throws(CELError) in .int(Int64(try size(a[0]))) },
    CELFunction("bool", global: 1...1) { (a) throws(CELError) in try bool(a[0]) },
    CELFunction("int", global: 1...1) { (a) throws(CELError) in try int(a[0]) },
    CELFunction("uint", global: 1...1) { (a) throws(CELError) in try uint(a[0]) },
    CELFunction("double", global: 1...1) { (a) throws(CELError) in try double(a[0]) },
    CELFunction("string", global: 1...1) { (a) throws(CELError) in .string(try a[0].text()) },
    CELFunction("bytes", global: 1...1) { (a) throws(CELError) in
      switch a[0] {
      case .bytes: return a[0]
      case .string(let text): return .bytes(Array(text.utf8))
      default: throw noOverload("bytes")
      }
    },
  ]

  private static func size(_ value: CELValue) throws(CELError) -> Int {
    switch value {
    case .string(let text): return text.unicodeScalars.count
    case .bytes(let bytes): return bytes.count
    case .list(let elements): return elements.count
    case .map(let map): return map.count
    default: throw noOverload("size")
    }
  }

  private static func bool(_ value: CELValue) throws(CELError) -> CELValue {
    switch value {
    case .bool: return value
    case .string("true"), .string("True"), .string("TRUE"), .string("t"), .string("1"): return .bool(true)
    case .string("false"), .string("False"), .string("FALSE"), .string("f"), .string("0"): return .bool(false)
    default: throw CELError("type conversion error from '\(value.typeName)' to 'bool'")
    }
  }

  private static func int(_ value: CELValue) throws(CELError) -> CELValue {
    switch value {
    case .int: return value
    case .uint(let number):
      guard let int = Int64(exactly: number) else { throw CELError("integer overflow") }
      return .int(int)
    case .double(let number):
      guard number.isFinite, number > -9.2233720368547758e18, number < 9.2233720368547758e18 else { throw CELError("integer overflow") }
      return .int(Int64(number.rounded(.towardZero)))
    case .string(let text):
      guard let int = Int64(text) else { throw CELError("type conversion error from 'string' to 'int'") }
      return .int(int)
    case .timestamp(let time): return .int(time.seconds)
    case .duration(let duration): return .int(duration.nanoseconds)
    default: throw CELError("type conversion error from '\(value.typeName)' to 'int'")
    }
  }

  private static func uint(_ value: CELValue) throws(CELError) -> CELValue {
    switch value {
    case .uint: return value
    case .int(let number):
      guard let uint = UInt64(exactly: number) else { throw CELError("unsigned integer overflow") }
      return .uint(uint)
    case .double(let number):
      guard number >= 0, number < 1.8446744073709552e19 else { throw CELError("unsigned integer overflow") }
      return .uint(UInt64(number.rounded(.towardZero)))
    case .string(let text):
      guard let uint = UInt64(text) else { throw CELError("type conversion error from 'string' to 'uint'") }
      return .uint(uint)
    default: throw CELError("type conversion error from '\(value.typeName)' to 'uint'")
    }
  }

  private static func double(_ value: CELValue) throws(CELError) -> CELValue {
    switch value {
    case .double: return value
    case .int(let number): return .double(Double(number))
    case .uint(let number): return .double(Double(number))
    case .string(let text):
      guard let double = Double(text) else { throw CELError("type conversion error from 'string' to 'double'") }
      return .double(double)
    default: throw CELError("type conversion error from '\(value.typeName)' to 'double'")
    }
  }
}
