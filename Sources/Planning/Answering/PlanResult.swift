/// What the planner answers to a request that makes sense.
package enum PlanResult: Sendable, Hashable {
  case planned(Recommendation)
  case noViablePlan(NoViablePlan)

  package var plan: CapacityPlan? { if case .planned(let recommendation) = self { recommendation.plan } else { nil } }
}

/// A plan with what else would have been possible.
package struct Recommendation: Sendable, Hashable {
  /// Another plan that meets the service level, and what one gains and loses by it.
  package struct Alternative: Sendable, Hashable {
    package var plan: CapacityPlan
    /// `cheapest`, `fastest`, `most accurate`, `simplest`, `balanced`.
    package var strengths: [String]
    /// `1,642.50 USD a month less, TTFT p95 12 ms more`.
    package var trade: String

    package init(
      plan: CapacityPlan, strengths: [String], trade: String
    ) {
      self.plan = plan
      self.strengths = strengths
      self.trade = trade
    }
  }

  package var plan: CapacityPlan
  package var alternatives: [Alternative]
  /// Every configuration that is viable and within the budget, in the order of their cost.
  package var viable: [CapacityPlan]
  package var rankings: Rankings
  package var rejected: [RejectionReason: Int]
  /// Every configuration behind ``rejected``.
  package var rejections: [Rejection]

  package init(
    plan: CapacityPlan, alternatives: [Alternative], viable: [CapacityPlan], rankings: Rankings = Rankings(),
    rejected: [RejectionReason: Int], rejections: [Rejection] = []
  ) {
    self.plan = plan
    self.alternatives = alternatives
    self.viable = viable
    self.rankings = rankings
    self.rejected = rejected
    self.rejections = rejections
  }
}

/// Why a configuration (a model on a number of GPUs of a kind) was not considered further; the first reason found counts.
package enum RejectionReason: String, Sendable, Hashable, CaseIterable {
  case gpuTypeNotAllowed = "GPUTypeNotAllowed"
  case modelNotAllowed = "ModelNotAllowed"
  case tensorParallelTooHigh = "TensorParallelTooHigh"
  case ttftTooHigh = "TTFTTooHigh"
  case itlTooHigh = "ITLTooHigh"
  case e2eTooHigh = "E2ETooHigh"
  case noPrice = "NoPrice"
  case tooManyGPUs = "TooManyGPUs"
  case overBudget = "OverBudget"
  /// The weights and the KV cache of a single request do not fit; only where nothing was measured.
  case insufficientMemory = "InsufficientMemory"
  /// The model reads less at a time than prompt and answer, or than was asked for.
  case contextTooLong = "ContextTooLong"
  /// So much must be read at a time, and of this model nobody knows how much it can.
  case contextUnknown = "ContextUnknown"
}

/// Nothing known can do what was asked.
package struct NoViablePlan: Sendable, Hashable {
  /// The configuration that came nearest and what it lacked, as a sentence; `nil` when there was no configuration at all.
  package var nearestMiss: String?
  /// What to change, each a sentence, the most promising first.
  package var relax: [String]
  package var rejected: [RejectionReason: Int]
  /// Every configuration behind ``rejected``.
  package var rejections: [Rejection]
  package var inputsDigest: String

  package init(
    nearestMiss: String? = nil, relax: [String], rejected: [RejectionReason: Int], rejections: [Rejection] = [], inputsDigest: String
  ) {
    self.nearestMiss = nearestMiss
    self.relax = relax
    self.rejected = rejected
    self.rejections = rejections
    self.inputsDigest = inputsDigest
  }

  /// One line for a condition's message.
  package var message: String {
    (["No configuration can do this.", nearestMiss].compactMap { $0 } + relax).joined(separator: " ")
  }
}
