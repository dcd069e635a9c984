import JSON
import Kubernetes
import Planning

/// `status.observed` and the conditions that compare it: written anew only when they say something new.
///
/// ```
///   no verdict changed, no figure moved by a tenth, not yet ten minutes old ──▶ as it was
///                                                          anything else ──▶ new figures, new messages
/// ```
struct ObservedService {
  /// A figure that moved by less than this part is the same.
  private static let moved = 0.1
  /// Seconds after which figures are written though they hardly moved.
  private static let oldest = 600

  /// `nil` when nothing was ever measured.
  private(set) var json: JSONValue?
  private(set) var sloMet: Condition
  /// `nil` until there was something to compare.
  private(set) var asPredicted: Condition?

  init(_ object: KubeObject, figures: PoolFigures?, plan: CapacityPlan?, now: String) {
    let previous = object[["status", "observed"]]
    let conditions = object.conditions
    func before(_ type: String) -> Condition? { conditions.first { $0.type == type } }
    let generation = object.generation
    guard let review = ServiceReview(figures, plan: plan), let figures else {
      json = previous
      sloMet = Condition(
        "SLOMet", finding: Finding("NoTraffic", "Nothing was measured in the last minute.", status: .unknown), else: "", "",
        generation: generation)
      asPredicted = before("AsPredicted").map {
        Condition("AsPredicted", $0.status, reason: $0.reason, message: $0.message, observedGeneration: generation)
      }
      return
    }
    sloMet = Condition(
      "SLOMet", finding: review.finding(previous: before("SLOMet")), else: "SLOMet", ServiceReview.text(review.measurements),
      generation: generation)
    let driftSince = Self.driftSince(review, previous, now)
    asPredicted = Self.asPredicted(review, since: driftSince, before("AsPredicted"), now, generation)
    json = Self.json(review, figures, driftSince: driftSince, now: now)
    let isSame =
      [sloMet, asPredicted].compactMap { $0 }.allSatisfy { condition in
        before(condition.type).map { ($0.status, $0.reason) == (condition.status, condition.reason) } ?? false
      } && Self.isNear(json, previous) && Self.age(previous, now) < Self.oldest
    guard isSame else { return }
    json = previous
    sloMet.message = before("SLOMet")?.message ?? sloMet.message
    asPredicted?.message = before("AsPredicted")?.message ?? ""
  }

  // MARK: Drift

  /// When the present drift began; `nil` without one.
  private static func driftSince(_ review: ServiceReview, _ previous: JSONValue?, _ now: String) -> String? {
    let before = previous?["driftSince"]?.string
    return switch review.drift {
    case .none: nil
    // Nobody can tell: what was goes on.
    case .tooFew: before
    case .slower, .faster: before ?? now
    }
  }

  private static func asPredicted(
    _ review: ServiceReview, since: String?, _ before: Condition?, _ now: String, _ generation: Int
  ) -> Condition? {
    let text = ServiceReview.text(review.measurements)
    func condition(_ status: Condition.Status, _ reason: String, _ message: String) -> Condition {
      Condition("AsPredicted", status, reason: reason, message: message, observedGeneration: generation)
    }
    switch review.drift {
    case .none: return condition(.yes, "AsPredicted", "Latencies are about as predicted: \(text)")
    case .tooFew:
      return before.map { condition($0.status, $0.reason, $0.message) }
        ?? condition(.unknown, "TooFewRequests", "Too few answers to compare with the prediction.")
    case .slower, .faster:
      guard seconds(from: since, to: now) >= ServiceReview.driftLasts else {
        return before.map { condition($0.status, $0.reason, $0.message) }
          ?? condition(.unknown, "Deviating", "Latencies are not as predicted, for less than five minutes so far: \(text)")
      }
      let ratios = review.measurements.map { "\($0.metric.title) \(ServiceReview.number($0.drift)) times" }.joined(separator: ", ")
      let load = review.rate.map {
        " at \(ServiceReview.number($0)) requests/s (planned for \(ServiceReview.number(review.plan.traffic.steadyQPS)))"
      }
      let isSlower = review.drift == .slower
      return condition(
        .no, isSlower ? "SlowerThanPredicted" : "FasterThanPredicted",
        "For more than five minutes what was observed is \(ratios) what was predicted\(load ?? ""). "
          + (isSlower ? "Plan with a benchmark of this model and accelerator." : "Fewer or smaller replicas may do."))
    }
  }

  // MARK: The status

  private static func json(_ review: ServiceReview, _ figures: PoolFigures, driftSince: String?, now: String) -> JSONValue {
    var json: JSONValue = [:]
    let answers = figures.answers
    let spread: [(ServiceLevel.Metric, LatencyFigures?)] = [(.ttft, answers?.ttft), (.itl, answers?.itl), (.e2e, answers?.e2e)]
    for (metric, figures) in spread { json["\(metric.rawValue)P50"] = figures.map { rounded($0.p50) } }
    for measurement in review.measurements { json["\(measurement.metric.rawValue)P95"] = rounded(measurement.p95) }
    json["requestsPerSecond"] = figures.requestsPerSecond.map(rounded)
    if let count = answers?.e2e?.count { json["answers"] = JSONValue(count) }
    if let seconds = answers?.seconds { json["seconds"] = JSONValue(Int(seconds.rounded())) }
    json["promptTokens"] = answers?.promptTokens.map(rounded)
    json["outputTokens"] = answers?.outputTokens.map(rounded)
    // The GPUs of the servers that run, at the plan's price.
    let perHour = review.plan.cost.perHourUSD / Double(max(1, review.plan.replicas)) * Double(figures.backends)
    json["costPerHourUSD"] = .double((perHour * 10_000).rounded() / 10_000)
    if let rate = figures.requestsPerSecond, rate > 0, let prompt = answers?.promptTokens, let output = answers?.outputTokens {
      json["costPerThousandTokensUSD"] = .double((perHour / (rate * 3.6 * (prompt + output)) * 1e6).rounded() / 1e6)
    }
    json["drift"] = .object(
      JSONObject(review.measurements.map { ($0.metric.rawValue, .double(($0.drift * 100).rounded() / 100)) }))
    json["driftSince"] = driftSince.map { .string($0) }
    json["at"] = .string(now)
    return json
  }

  private static func rounded(_ value: Double) -> JSONValue { .double((value * 10).rounded() / 10) }

  // MARK: Writing rarely

  /// Whether the two have the same members, and none of the numbers moved by much.
  private static func isNear(_ new: JSONValue?, _ old: JSONValue?) -> Bool {
    guard let new = new?.object, let old = old?.object else { return new == nil && old == nil }
    guard new.map(\.key).sorted() == old.map(\.key).sorted() else { return false }
    return new.allSatisfy { member in
      // How much was looked at grows and shrinks all the time; drift is of the figures beside it.
      if ["at", "answers", "seconds", "drift"].contains(member.key) { return true }
      guard let now = member.value.double, let before = old[member.key]?.double else { return member.value == old[member.key] }
      return (now - before).magnitude <= moved * max(now.magnitude, before.magnitude) + 1e-9
    }
  }

  private static func age(_ observed: JSONValue?, _ now: String) -> Int { seconds(from: observed?["at"]?.string, to: now) }

  private static func seconds(from: String?, to: String) -> Int {
    guard let from = from.flatMap(RFC3339.seconds), let to = RFC3339.seconds(to) else { return 0 }
    return to - from
  }
}
