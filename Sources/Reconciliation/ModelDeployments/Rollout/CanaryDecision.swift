import Kubernetes
import Planning
import QoSAPI

/// The next state of a canary. Pure: the same state, evidence and time give the same answer.
enum CanaryDecision {
  /// Seconds that the deployment's own servers must have been ready as the canary before its servers go; a step's, when that is less.
  static let settle = 30

  /// - Parameters:
  ///   - isOwnReady: Whether the deployment's own servers are as planned and ready.
  static func next(
    _ state: CanaryState, _ canary: ModelDeployment.Canary, _ evidence: CanaryEvidence, isOwnReady: Bool, now: String
  ) -> CanaryState {
    switch state.phase {
    case .promoted, .rolledBack: return state
    case .promoting: return promoting(state, canary, evidence, isOwnReady: isOwnReady, now: now)
    case .preparing, .progressing, .succeeded: break
    }
    let verdict = state.phase == .preparing ? evidence.loading : evidence.verdict(canary)
    if case .failing(let reason) = verdict {
      return moved(state, to: .rolledBack, percent: 0, now, "Rolled back from \(state.percent) %: \(reason)")
    }
    guard evidence.backends > 0, state.phase != .preparing || evidence.isCurrent else {
      // Whoever lost its servers under way keeps its part: requests go to the deployment's own meanwhile.
      var waiting = stayed(state, "Waits: its servers are not ready")
      if state.phase == .progressing { waiting.since = nil }
      return waiting
    }
    guard let first = canary.steps.first, let most = canary.steps.last else {
      let text = "Ready; trafficPercent is 0, so that it gets no request"
      return state.percent == 0 ? stayed(state, text) : moved(state, to: .preparing, percent: 0, now, text)
    }
    if state.percent > most {
      return moved(state, to: .progressing, percent: most, now, "Gets \(most) % of the requests, as trafficPercent says now")
    }
    switch state.phase {
    case .preparing: return moved(state, to: .progressing, percent: first, now, "Gets \(first) % of the requests")
    case .succeeded:
      // A person may have given it more to do.
      if let more = canary.steps.first(where: { $0 > state.percent }) {
        return moved(state, to: .progressing, percent: more, now, "Gets \(more) % of the requests")
      }
      return canary.promotion == .automatic ? promote(state, now) : stayed(state, state.message)
    default: return progressed(state, canary, verdict, now)
    }
  }

  private static func progressed(
    _ state: CanaryState, _ canary: ModelDeployment.Canary, _ verdict: CanaryEvidence.Verdict, _ now: String
  ) -> CanaryState {
    guard state.since != nil else {
      return moved(state, to: .progressing, percent: state.percent, now, "Gets \(state.percent) % of the requests; its servers are back")
    }
    if case .waiting(let reason) = verdict { return stayed(state, "Gets \(state.percent) % of the requests; \(reason)") }
    guard seconds(since: state.since, now) >= canary.stepSeconds else { return stayed(state, "Gets \(state.percent) % of the requests") }
    if let more = canary.steps.first(where: { $0 > state.percent }) {
      return moved(state, to: .progressing, percent: more, now, "Gets \(more) % of the requests, after \(state.percent) % went well")
    }
    guard canary.promotion == .manual else { return promote(state, now) }
    return moved(
      state, to: .succeeded, percent: state.percent, now,
      "Went well at \(state.percent) %. To promote it set rollout.canary.promotion to automatic; to end it remove rollout.canary")
  }

  private static func promote(_ state: CanaryState, _ now: String) -> CanaryState {
    moved(state, to: .promoting, percent: min(99, state.percent), now, "Promoted: more of its servers are started")
  }

  /// First enough servers of its own, then all the requests, then the deployment's own servers change over.
  private static func promoting(
    _ state: CanaryState, _ canary: ModelDeployment.Canary, _ evidence: CanaryEvidence, isOwnReady: Bool, now: String
  ) -> CanaryState {
    // Its own servers may be scaled or replaced by then; what callers get counts until the end.
    if case .failing(let reason) = evidence.verdict(canary), state.percent < 100 || evidence.backends > 0 {
      return moved(state, to: .rolledBack, percent: 0, now, "Rolled back while it was promoted: \(reason)")
    }
    guard state.percent == 100 else {
      guard evidence.backends >= state.plan?.replicas ?? 1 else { return stayed(state, state.message) }
      return moved(state, to: .promoting, percent: 100, now, "Gets all the requests while the deployment's own servers take over its plan")
    }
    guard isOwnReady, seconds(since: state.since, now) >= min(settle, canary.stepSeconds) else { return stayed(state, state.message) }
    return moved(
      state, to: .promoted, percent: 0, now, "The deployment runs \(state.target) now. Say so in its spec, and remove rollout.canary")
  }

  private static func moved(
    _ state: CanaryState, to phase: CanaryState.Phase, percent: Int, _ now: String, _ message: String
  ) -> CanaryState {
    var next = state
    (next.phase, next.percent, next.since, next.message) = (phase, percent, now, message)
    return next
  }

  private static func stayed(_ state: CanaryState, _ message: String) -> CanaryState {
    var next = state
    next.message = message
    return next
  }

  private static func seconds(since: String?, _ now: String) -> Int {
    guard let start = since.flatMap(RFC3339.seconds), let end = RFC3339.seconds(now) else { return 0 }
    return end - start
  }
}
