import Scheduling

/// Why a model was not considered: the first reason found, and how far it missed.
package struct ModelRejection: Sendable, Equatable {
  package enum Reason: Sendable, Equatable {
    /// It failed this request already, or the caller does not want it.
    case excluded
    /// Which ones: ``ModelRouter/sentence(for:request:)``.
    case capabilities
    /// Prompt and answer need so many tokens together.
    case contextWindow(needed: Int, window: Int)
    /// US dollars.
    case cost(estimate: Double, limit: Double)
    /// By its index in ``ModelRouter/rules``.
    case rule(Int)
    /// Bytes.
    case memory(needed: Int64, room: Int64)
    case unhealthy
    case breakerOpen
    case task
    case quality(has: QualityTier, needed: QualityTier)
  }

  package var model: Int
  package var reason: Reason
}

extension ModelRejection.Reason {
  /// One word, for programs.
  package var name: String {
    switch self {
    case .excluded: "Excluded"
    case .capabilities: "MissingCapability"
    case .contextWindow: "ContextTooLong"
    case .cost: "OverCostLimit"
    case .rule: "Rule"
    case .memory: "DoesNotFitInMemory"
    case .unhealthy: "Unhealthy"
    case .breakerOpen: "BreakerOpen"
    case .task: "TaskNotListed"
    case .quality: "QualityTooLow"
    }
  }

  package static let names = [
    "Excluded", "MissingCapability", "ContextTooLong", "OverCostLimit", "Rule", "DoesNotFitInMemory", "Unhealthy", "BreakerOpen",
    "TaskNotListed", "QualityTooLow",
  ]

  /// It holds now, and may not hold in a moment.
  package var isPassing: Bool {
    switch self {
    case .memory, .unhealthy, .breakerOpen: true
    default: false
    }
  }
}
