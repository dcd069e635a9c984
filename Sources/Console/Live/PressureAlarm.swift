/// Tells once when memory gets tight, and again only after it was not.
struct PressureAlarm: Sendable {
  /// Where the kernel begins to take memory back from everybody.
  static let threshold = 0.9
  /// Below it the alarm is armed again: pressure that wavers around the threshold is one event.
  private static let relief = 0.8

  private var isRaised = false

  /// - Parameter pressure: 0…1.
  /// - Returns: Whether somebody is to be told.
  mutating func sees(_ pressure: Double) -> Bool {
    if pressure < Self.relief { isRaised = false }
    guard pressure >= Self.threshold, !isRaised else { return false }
    isRaised = true
    return true
  }
}
