import JSON
import Kubernetes
import Manifests
import Planning
import QoSAPI

/// How far a canary has come, as `status.rollout` keeps it.
///
///     preparing ─▶ progressing: 5 % ─▶ 25 % ─▶ … ─▶ succeeded ─▶ promoting ─▶ promoted
///         └────────────┴───────── failing ──────────────┴─▶ rolledBack
///
/// - preparing: its servers are started, and get nothing.
/// - progressing: it gets its step's part of the requests, for the step's time at least and until enough were answered. A step whose
///   servers are lost begins anew with the next ones.
/// - succeeded: it gets `trafficPercent` and waits for a person, or `promotion: automatic`.
/// - promoting: it gets everything, on as many servers as the plan has, while the deployment's own servers change over to its plan.
/// - promoted: the deployment's own servers are what the canary was, whose servers are gone.
/// - rolledBack: it gets nothing, its servers are gone, and so it stays until `rollout.canary` is changed.
package struct CanaryState: Sendable, Equatable {
  package enum Phase: String, Sendable { case preparing, progressing, succeeded, promoting, promoted, rolledBack }

  package var phase: Phase
  /// `model X` or `revision Y`.
  package var target: String
  /// A hash of `rollout.canary`: with another one a canary that was rolled back begins anew.
  package var digest: String
  /// Of the requests, in per cent.
  package var percent: Int
  /// When the phase, or the step in it, began; `nil` in a step whose servers are gone: it begins anew when they are back, for only time
  /// in which the canary serves is a trial of it. RFC 3339.
  package var since: String?
  /// A sentence.
  package var message: String
  /// What its servers are; `nil` where it could not be planned.
  package var plan: CapacityPlan?

  package init(
    phase: Phase, target: String, digest: String, percent: Int = 0, since: String?, message: String = "", plan: CapacityPlan? = nil
  ) {
    self.phase = phase
    self.target = target
    self.digest = digest
    self.percent = percent
    self.since = since
    self.message = message
    self.plan = plan
  }

  /// From the status of a ModelDeployment; `nil` where it says nothing.
  package init?(_ object: KubeObject) {
    guard let json = object[["status", "rollout"]], let phase = json["phase"]?.string.flatMap(Phase.init) else { return nil }
    self.init(
      phase: phase, target: json["target"]?.string ?? "", digest: json["digest"]?.string ?? "", percent: json["percent"]?.int ?? 0,
      since: json["since"]?.string, message: json["message"]?.string ?? "", plan: CapacityPlan(statusJSON: json["plan"]))
  }

  var json: JSONValue {
    var json: JSONValue = [
      "phase": .string(phase.rawValue), "target": .string(target), "digest": .string(digest), "percent": JSONValue(percent),
      "message": .string(message),
    ]
    if let since { json["since"] = .string(since) }
    if let plan { json["plan"] = plan.statusJSON }
    return json
  }

  /// Whether it has servers of its own.
  package var hasServers: Bool { [.preparing, .progressing, .succeeded, .promoting].contains(phase) }
  /// Whether its plan is the deployment's: from the moment that it gets all the requests.
  var isTakingOver: Bool { phase == .promoted || (phase == .promoting && percent == 100) }

  /// The name of its InferenceService and of its pool.
  package static func poolName(_ deployment: String) -> String { "\(deployment)-canary" }
}
