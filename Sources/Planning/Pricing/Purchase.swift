/// GPUs that are bought: paid for once, written off over months, and fed with power.
package struct Purchase: Sendable, Hashable {
  package static let usualAmortisationMonths = 36

  /// One GPU with its part of the server in USD, whatever it is.
  package var priceUSD: Double?
  /// The same by accelerator; these win.
  package var pricesUSD: [String: Double]
  package var amortisationMonths: Int
  package var power: PowerTariff
  /// Rack space, maintenance and whatever else each GPU costs in a month, in USD.
  package var otherMonthlyPerGPUUSD: Double
  /// What it is compared with.
  package var rental: CloudRental

  package init(
    priceUSD: Double? = nil, pricesUSD: [String: Double] = [:], amortisationMonths: Int = usualAmortisationMonths,
    power: PowerTariff = PowerTariff(), otherMonthlyPerGPUUSD: Double = 0, rental: CloudRental = CloudRental()
  ) {
    self.priceUSD = priceUSD
    self.pricesUSD = pricesUSD
    self.amortisationMonths = amortisationMonths
    self.power = power
    self.otherMonthlyPerGPUUSD = otherMonthlyPerGPUUSD
    self.rental = rental
  }

  /// What one GPU costs a month once it is bought; `nil` when nobody knows how much it draws.
  func operatingMonthlyUSD(_ accelerator: Accelerator) -> Double? {
    power.hourlyUSD(accelerator).map { $0 * Pricing.hoursPerMonth + otherMonthlyPerGPUUSD }
  }

  /// Months after which the money for `capital` is back: capital ÷ (rent − operation), both a month, when the GPUs are used all the
  /// time. 60,000 USD that save 11,972 − 182.21 USD of rent are back after 5.1 months. `nil` when renting is not dearer: never.
  package static func breakEvenMonths(capitalUSD: Double, rentalPerMonthUSD: Double, operatingPerMonthUSD: Double) -> Double? {
    let saved = rentalPerMonthUSD - operatingPerMonthUSD
    return saved > 0 ? capitalUSD / saved : nil
  }
}
