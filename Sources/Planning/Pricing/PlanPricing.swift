/// How a plan is paid for: which model, whose prices, and the sums behind the cost.
package struct PlanPricing: Sendable, Hashable {
  /// The power of all GPUs.
  package struct Power: Sendable, Hashable {
    package var wattsPerGPU: Double
    package var pue: Double
    package var usdPerKWh: Double
    package var perMonthUSD: Double
  }

  /// Buying beside renting the same GPUs.
  package struct Ownership: Sendable, Hashable {
    package var capitalUSD: Double
    package var amortisationMonths: Int
    package var capitalPerMonthUSD: Double
    package var operatingPerMonthUSD: Double
    /// The same GPUs rented; `nil` when there is no rental price for them.
    package var rentalPerMonthUSD: Double?
    /// Months of use after which buying was cheaper; `nil` when it never is, or when nobody knows.
    package var breakEvenMonths: Double?
  }

  package var mode: PricingModel.Mode
  /// Of rented GPUs.
  package var market: CloudRental.Market?
  /// `nil` for list prices, and for GPUs that are not rented.
  package var provider: String?
  package var perGPUHourUSD: Double
  package var power: Power?
  package var ownership: Ownership?
  /// Sentences for people.
  package var notes: [String]
}
