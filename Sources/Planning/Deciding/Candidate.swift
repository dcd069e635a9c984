/// A configuration that meets the service level, sized and priced.
struct Candidate {
  let offer: Offer
  let replicas: Int
  let gpuCount: Int
  let cost: CapacityPlan.Cost
  /// Money in millionths of a dollar: equal amounts must be equal whichever way they were multiplied.
  let monthlyMicroUSD: Int64

  init(offer: Offer, replicas: Int, gpuCount: Int, cost: CapacityPlan.Cost) {
    self.offer = offer
    self.replicas = replicas
    self.gpuCount = gpuCount
    self.cost = cost
    monthlyMicroUSD = Int64(exactly: (cost.perMonthUSD * 1e6).rounded()) ?? .max
  }

  var predicted: ServiceLevel { offer.serviceLevel }
  var gpus: Int { offer.gpus }

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
