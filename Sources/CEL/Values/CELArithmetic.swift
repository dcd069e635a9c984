/// The operators `+ - * / %` and the order of values.
enum CELArithmetic {
  static func perform(_ operation: CELOperator, _ left: CELValue, _ right: CELValue) throws(CELError) -> CELValue {
    switch (left, right) {
    case (.int(let a), .int(let b)): return .int(try integers(operation, a, b, "integer"))
    case (.uint(let a), .uint(let b)): return .uint(try integers(operation, a, b, "unsigned integer"))
    case (.double(let a), .double(let b)): return .double(try doubles(operation, a, b))
    case (.string(let a), .string(let b)) where operation == .add: return .string(a + b)
    case (.bytes(let a), .bytes(let b)) where operation == .add: return .bytes(a + b)
    case (.list(let a), .list(let b)) where operation == .add: return .list(a + b)
    default: return try times(operation, left, right)
    }
  }

  private static func integers<Value: FixedWidthInteger>(
    _ operation: CELOperator, _ a: Value, _ b: Value, _ name: String
  ) throws(CELError) -> Value {
    let result: (partialValue: Value, overflow: Bool)
    switch operation {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide:
      guard b != 0 else { throw CELError("division by zero") }
      result = a.dividedReportingOverflow(by: b)
    case .remainder:
      guard b != 0 else { throw CELError("modulus by zero") }
      result = a.remainderReportingOverflow(dividingBy: b)
    default: throw CELError("no such overload")
    }
    guard !result.overflow else { throw CELError("\(name) overflow") }
    return result.partialValue
  }

  private static func doubles(_ operation: CELOperator, _ a: Double, _ b: Double) throws(CELError) -> Double {
    switch operation {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    default: throw CELError("no such overload")
    }
  }

  private static func times(_ operation: CELOperator, _ left: CELValue, _ right: CELValue) throws(CELError) -> CELValue {
    switch (operation, left, right) {
    case (.add, .duration(let a), .duration(let b)):
      return .duration(.nanoseconds(try integers(.add, a.nanoseconds, b.nanoseconds, "duration")))
    case (.subtract, .duration(let a), .duration(let b)):
      return .duration(.nanoseconds(try integers(.subtract, a.nanoseconds, b.nanoseconds, "duration")))
    case (.add, .timestamp(let time), .duration(let by)), (.add, .duration(let by), .timestamp(let time)):
      return .timestamp(try moved(time, by.nanoseconds))
    case (.subtract, .timestamp(let time), .duration(let by)):
      return .timestamp(try moved(time, try integers(.subtract, 0, by.nanoseconds, "duration")))
    case (.subtract, .timestamp(let a), .timestamp(let b)):
      let seconds = try integers(.subtract, a.seconds, b.seconds, "timestamp")
      let nanoseconds = try integers(.multiply, seconds, 1_000_000_000, "duration")
      return .duration(.nanoseconds(try integers(.add, nanoseconds, Int64(a.nanoseconds - b.nanoseconds), "duration")))
    default: throw CELError("no such overload")
    }
  }

  private static func moved(_ time: CELTimestamp, _ nanoseconds: Int64) throws(CELError) -> CELTimestamp {
    let total = Int64(time.nanoseconds) + nanoseconds.remainder(of: 1_000_000_000)
    let whole = (nanoseconds - nanoseconds.remainder(of: 1_000_000_000)) / 1_000_000_000 + total / 1_000_000_000
    return CELTimestamp(seconds: try integers(.add, time.seconds, whole, "timestamp"), nanoseconds: Int32(total % 1_000_000_000))
  }

  /// Negative, zero or positive as `left` is less than, equal to or greater than `right`.
  static func compare(_ left: CELValue, _ right: CELValue) throws(CELError) -> Int {
    func order<Value: Comparable>(_ a: Value, _ b: Value) -> Int { a < b ? -1 : a > b ? 1 : 0 }
    switch (left, right) {
    case (.int(let a), .int(let b)): return order(a, b)
    case (.uint(let a), .uint(let b)): return order(a, b)
    case (.int(let a), .uint(let b)): return order(Int128(a), Int128(b))
    case (.uint(let a), .int(let b)): return order(Int128(a), Int128(b))
    case (.string(let a), .string(let b)):
      return a.unicodeScalars.elementsEqual(b.unicodeScalars) ? 0 : a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars) ? -1 : 1
    case (.bytes(let a), .bytes(let b)): return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
    case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
    case (.timestamp(let a), .timestamp(let b)): return order(a, b)
    case (.duration(let a), .duration(let b)): return order(a, b)
    default:
      guard let a = left.number, let b = right.number else { throw CELError("no such overload") }
      guard !a.isNaN, !b.isNaN else { throw CELError("NaN values cannot be ordered") }
      return order(a, b)
    }
  }
}
