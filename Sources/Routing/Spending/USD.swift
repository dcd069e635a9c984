/// Money in whole billionths of a US dollar: sums are exact, and a token of the cheapest model is still more than nothing.
package struct USD: Sendable, Hashable, Comparable {
  package var billionths: Int64

  package init(billionths: Int64) { self.billionths = billionths }

  /// Rounded up: a part of a billionth is owed. Beyond nine billion dollars it is cut; what is no number or negative is nothing.
  package init(_ dollars: Double) {
    billionths = dollars > 0 ? Int64(min(dollars * 1e9, 9.2e18).rounded(.up)) : 0
  }

  package static let zero = USD(billionths: 0)

  package var dollars: Double { Double(billionths) / 1e9 }

  package static func < (left: USD, right: USD) -> Bool { left.billionths < right.billionths }

  /// Stops at the greatest amount that there is.
  package static func + (left: USD, right: USD) -> USD {
    let (sum, overflow) = left.billionths.addingReportingOverflow(right.billionths)
    return USD(billionths: overflow ? .max : sum)
  }

  /// Never below nothing.
  package static func - (left: USD, right: USD) -> USD { USD(billionths: max(0, left.billionths - right.billionths)) }
}
