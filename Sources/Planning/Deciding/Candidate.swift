/// A configuration that meets the service level, sized and priced.
struct Candidate {
  let row: Knowledge.Row
  let accelerator: Accelerator
  let replicas: Int
  let gpuCount: Int
  let cost: CapacityPlan.Cost

  var predicted: ServiceLevel { row.serviceLevel }
  var gpus: Int { row.benchmark.gpus }

  /// Money in millionths of a dollar: equal amounts must be equal whichever way they were multiplied.
  var monthlyMicroUSD: Int64 { Int64((cost.perMonthUSD * 1e6).rounded()) }

  /// TTFT and ITL in whole milliseconds each, added.
  var responsiveness: Int { Int(predicted.ttft) + Int(predicted.itl) }
}

extension Candidate {
  private typealias Names = (String, String, Int)

  private var names: Names { (row.benchmark.model, row.benchmark.accelerator, gpus) }

  /// The order of cost: monthly cost, then E2E, TTFT, model, accelerator, GPUs.
  static func cheaper(_ left: Candidate, _ right: Candidate) -> Bool {
    let leftKey = (left.monthlyMicroUSD, left.predicted.e2e, left.predicted.ttft)
    let rightKey = (right.monthlyMicroUSD, right.predicted.e2e, right.predicted.ttft)
    return leftKey == rightKey ? left.names < right.names : leftKey < rightKey
  }

  /// The order of speed: TTFT plus ITL in whole milliseconds, then monthly cost, then names.
  static func faster(_ left: Candidate, _ right: Candidate) -> Bool {
    let leftKey = (left.responsiveness, left.monthlyMicroUSD)
    let rightKey = (right.responsiveness, right.monthlyMicroUSD)
    return leftKey == rightKey ? left.names < right.names : leftKey < rightKey
  }

  /// Monthly cost, then names: how scores break a tie.
  static func cheaperByName(_ left: Candidate, _ right: Candidate) -> Bool {
    left.monthlyMicroUSD == right.monthlyMicroUSD ? left.names < right.names : left.monthlyMicroUSD < right.monthlyMicroUSD
  }
}
