import JSON

/// Prices from a JSON object {accelerator: USD per hour}.
package enum PriceFile {
  /// The highest price for a GPU and hour that can be meant, in USD.
  static let limit = 100_000.0

  package static func parse(_ bytes: [UInt8], name: String) throws(ImportError) -> [String: Double] {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw ImportError(file: name, line: error.line, column: error.column, reason: error.reason)
    }
    guard let object = value.object else {
      throw ImportError(file: name, reason: "expected an object such as {\"H100\": 4.5}, prices in USD per hour")
    }
    var prices: [String: Double] = [:]
    for member in object {
      guard let price = member.value.double, price > 0, price <= limit else {
        throw ImportError(
          file: name, reason: "\(member.key): \(member.value.text()) is not a price; write USD per hour, above 0 and up to 100,000")
      }
      prices[member.key] = price
    }
    return prices
  }
}
