import Planning
import QoSAPI
import Scheduling

/// What is known of a canary at one moment, and what follows from it.
struct CanaryEvidence: Equatable {
  enum Verdict: Equatable {
    case healthy
    /// Nothing can be told yet, and why.
    case waiting(String)
    case failing(String)
  }

  /// Servers that are ready.
  var backends: Int
  /// Whether they are those of this canary, all of them, and not of another one before it.
  var isCurrent = true
  /// Why they cannot come up; `nil` while they may.
  var loadFailure: String?
  /// In the last minute, of all tiers.
  var requests = 0
  var failed = 0
  var isBreakerOpen = false
  /// The targets that it surely misses, for people; empty when none.
  var missed = ""
  /// The share of requests that fail at the deployment's own servers, 0…1: where everything fails it is not the canary's fault.
  var ownErrorRate = 0.0
  /// Whether the deployment's own servers surely miss their targets too.
  var isOwnMissed = false

  init(backends: Int, loadFailure: String? = nil) {
    self.backends = backends
    self.loadFailure = loadFailure
  }

  init(canary: PoolFigures?, plan: CapacityPlan?, own: PoolFigures?, ownPlan: CapacityPlan?, loadFailure: String?) {
    self.init(backends: canary?.backends ?? 0, loadFailure: loadFailure)
    (requests, failed) = Self.counts(canary)
    let mine = Self.counts(own)
    ownErrorRate = mine.requests > 0 ? Double(mine.failed) / Double(mine.requests) : 0
    isBreakerOpen = (canary?.tiers ?? []).contains { $0.breaker == .open }
    let review = ServiceReview(canary, plan: plan)?.measurements.filter { !$0.isThin && $0.isMissed } ?? []
    missed = review.isEmpty ? "" : ServiceReview.text(review)
    isOwnMissed = ServiceReview(own, plan: ownPlan)?.measurements.contains { !$0.isThin && $0.isMissed } ?? false
  }

  private static func counts(_ figures: PoolFigures?) -> (requests: Int, failed: Int) {
    (figures?.tiers ?? []).compactMap(\.lastMinute).reduce(into: (requests: 0, failed: 0)) { sum, minute in
      sum.requests += minute.requests
      sum.failed += minute.failed
    }
  }

  /// Of servers that get no request yet: what was measured under their pool's name was another canary's.
  var loading: Verdict {
    loadFailure.map { .failing("its servers cannot load the model: \($0)") } ?? .healthy
  }

  func verdict(_ canary: ModelDeployment.Canary) -> Verdict {
    if let loadFailure { return .failing("its servers cannot load the model: \(loadFailure)") }
    guard backends > 0 else { return .waiting("its servers are not ready") }
    if isBreakerOpen { return .failing("a circuit breaker has opened at its servers") }
    guard requests >= canary.minRequests else {
      return .waiting("\(requests) requests in the last minute are too few to judge, \(canary.minRequests) are needed")
    }
    let rate = Double(failed) / Double(requests)
    if rate * 100 > canary.maxErrorPercent, rate > ownErrorRate {
      return .failing(
        "\(failed) of \(requests) requests failed in the last minute, more than \(ServiceReview.number(canary.maxErrorPercent)) %")
    }
    if !missed.isEmpty, !isOwnMissed { return .failing("it misses its service level: \(missed)") }
    return .healthy
  }
}
