extension FieldReader {
  /// A time with its unit: `500ms`, `90s`, `15m`, `2h`.
  mutating func duration(_ field: String) throws(PolicyError) -> Duration? {
    let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
    return try quantity(field, units, "a time such as 500ms, 90s, 15m or 2h").map { .milliseconds($0) }
  }

  /// A number of bytes with its unit: `64KiB`, `64MiB`, `2GiB`.
  mutating func bytes(_ field: String) throws(PolicyError) -> Int? {
    let units: [(String, Int64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)]
    return try quantity(field, units, "a number of bytes such as 32KiB, 64MiB or 2GiB").map { Int($0) }
  }

  private mutating func quantity(_ field: String, _ units: [(name: String, factor: Int64)], _ kind: String) throws(PolicyError) -> Int64? {
    guard let value = value(field) else { return nil }
    let text = value.string ?? value.text()
    for unit in units where text.hasSuffix(unit.name) {
      guard let number = Int64(text.dropLast(unit.name.count)) else { continue }
      let product = number.multipliedReportingOverflow(by: unit.factor)
      guard number > 0, !product.overflow, product.partialValue < 1 << 50 else { break }
      return product.partialValue
    }
    throw PolicyError(path: path(field), reason: "is \(value.text()): write \(kind)")
  }
}
