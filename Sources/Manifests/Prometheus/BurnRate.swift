/// How fast an error budget burns: over a long and a short window, as chapter 5 of the SRE Workbook has it.
///
/// The share of bad requests cannot be above 1, so that a budget of b burns at most 1 ÷ b times too fast. A factor above that could never
/// be reached: it is held at 0.8 ÷ b.
struct BurnRate: Hashable {
  let long: String
  let short: String
  /// Times the speed at which the budget would last exactly for its 30 days.
  let factor: Double
  let hold: String
  let severity: Alert.Severity

  /// 2 % of the budget in an hour, 5 % in six, 10 % in a day, 10 % in three.
  static let all = [
    BurnRate(long: "1h", short: "5m", factor: 14.4, hold: "2m", severity: .critical),
    BurnRate(long: "6h", short: "30m", factor: 6, hold: "15m", severity: .critical),
    BurnRate(long: "1d", short: "2h", factor: 3, hold: "1h", severity: .warning),
    BurnRate(long: "3d", short: "6h", factor: 1, hold: "3h", severity: .warning),
  ]
  static let feasiblePart = 0.8

  static var windows: [String] { ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] }
  static var longWindows: [String] { all.map(\.long) }

  /// The share of bad requests from which on it fires.
  /// - Parameter budget: the share that may be bad, 0 to 1.
  func threshold(budget: Double) -> Double {
    let share = min(factor * budget, Self.feasiblePart)
    return (share * 10_000).rounded() / 10_000
  }
}
