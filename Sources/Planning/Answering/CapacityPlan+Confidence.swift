extension CapacityPlan.Confidence: Comparable, CaseIterable {
  /// The most certain first.
  package static let allCases: [CapacityPlan.Confidence] = [.benchmarked, .interpolated, .estimated]

  /// 0 for the most certain.
  var rank: Int {
    switch self {
    case .benchmarked: 0
    case .interpolated: 1
    case .estimated: 2
    }
  }

  /// `left < right`: `left` is the less certain.
  package static func < (left: CapacityPlan.Confidence, right: CapacityPlan.Confidence) -> Bool { left.rank > right.rank }
}
