extension PlanResult {
  /// Every configuration that was considered and not taken further.
  package var rejections: [Rejection] {
    switch self {
    case .planned(let recommendation): recommendation.rejections
    case .noViablePlan(let refusal): refusal.rejections
    }
  }

  /// `nil` when nothing known can do it.
  package var recommendation: Recommendation? { if case .planned(let recommendation) = self { recommendation } else { nil } }
}
