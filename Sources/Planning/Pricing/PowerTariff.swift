/// What the power of GPUs costs that one has.
package struct PowerTariff: Sendable, Hashable {
  /// The usual power usage effectiveness of a data centre with its own cooling.
  package static let usualPUE = 1.3

  /// USD per kilowatt hour; `nil` when the power is accounted for elsewhere, and then only the number of GPUs counts.
  package var usdPerKWh: Double?
  /// Power usage effectiveness (ISO/IEC 30134-2): the power that the data centre draws over the power that its machines draw.
  package var pue: Double
  /// Watts for each GPU; `nil` for the accelerator's own, which is the most that the vendor lets it draw and leaves out the rest
  /// of the server.
  package var wattsPerGPU: Double?

  package init(usdPerKWh: Double? = nil, pue: Double = usualPUE, wattsPerGPU: Double? = nil) {
    self.usdPerKWh = usdPerKWh
    self.pue = pue
    self.wattsPerGPU = wattsPerGPU
  }

  /// W ÷ 1000 × PUE × USD per kWh for one GPU and hour: four GPUs of 400 W at a PUE of 1.3 and 0.12 USD are 182.21 USD a month.
  /// `nil` when nobody knows how much the accelerator draws.
  func hourlyUSD(_ accelerator: Accelerator) -> Double? {
    guard let usdPerKWh else { return 0 }
    return (wattsPerGPU ?? accelerator.powerWatts).map { $0 / 1000 * pue * usdPerKWh }
  }
}
