/// A configuration that meets the service level, sized and priced.
struct Candidate {
  let offer: Offer
  let accelerator: Accelerator
  let replicas: Int
  let gpuCount: Int
  let cost: CapacityPlan.Cost

  var predicted: ServiceLevel { offer.serviceLevel }
  var gpus: Int { offer.gpus }

  /// Money in millionths of a dollar: equal amounts must be equal whichever way they were multiplied.
  var monthlyMicroUSD: Int64 { Int64(exactly: (cost.perMonthUSD * 1e6).rounded()) ?? .max }

  /// TTFT and ITL in whole milliseconds each, added.
  var responsiveness: Int { Int(predicted.ttft) + Int(predicted.itl) }
}

extension Candidate {
  private typealias Names = (String, String, Int)

  private var names: Names { (offer.modelName, offer.acceleratorName, gpus) }

  /// The order of cost: monthly cost, the more certain, then E2E, TTFT, model, accelerator, GPUs.
  static func cheaper(_ left: Candidate, _ right: Candidate) -> Bool {
    let leftKey = (left.monthlyMicroUSD, left.offer.confidence.rank, left.predicted.e2e, left.predicted.ttft)
    let rightKey = (right.monthlyMicroUSD, right.offer.confidence.rank, right.predicted.e2e, right.predicted.ttft)
    return leftKey == rightKey ? left.names < right.names : leftKey < rightKey
  }

  /// The order of speed: TTFT plus ITL in whole milliseconds, the more certain, then monthly cost, then names.
  static func faster(_ left: Candidate, _ right: Candidate) -> Bool {
    let leftKey = (left.responsiveness, left.offer.confidence.rank, left.monthlyMicroUSD)
    let rightKey = (right.responsiveness, right.offer.confidence.rank, right.monthlyMicroUSD)
    return leftKey == rightKey ? left.names < right.names : leftKey < rightKey
  }

  /// How scores break a tie: the more certain, monthly cost, then names.
  static func surerAndCheaper(_ left: Candidate, _ right: Candidate) -> Bool {
    let leftKey = (left.offer.confidence.rank, left.monthlyMicroUSD)
    let rightKey = (right.offer.confidence.rank, right.monthlyMicroUSD)
    return leftKey == rightKey ? left.names < right.names : leftKey < rightKey
  }
}
