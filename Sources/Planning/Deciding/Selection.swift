/// Goes through the configurations of the knowledge and keeps those that can do what was asked.
struct Selection {
  let inputs: PlanInputs
  let knowledge: Knowledge
  private(set) var viable: [Candidate] = []
  private(set) var rejected: [RejectionReason: Int] = [:]
  /// Every configuration's best row: the fastest server that meets the service level, or the one that misses it least.
  private var best: [(row: Knowledge.Row, meets: Bool)] = []
  private var nearMisses: [NearMiss] = []

  struct NearMiss {
    let reason: RejectionReason
    let row: Knowledge.Row
    var candidate: Candidate?
  }

  private struct Configuration: Hashable {
    let model: Int
    let accelerator: Int
    let gpus: Int
  }

  init(inputs: PlanInputs, knowledge: Knowledge) {
    self.inputs = inputs
    self.knowledge = knowledge
  }

  /// Per (model, accelerator, GPUs) the row of the highest rate among those that meet the service level.
  mutating func gather() {
    var places: [Configuration: Int] = [:]
    for row in knowledge.exactRows(for: inputs.traffic.profile) where inputs.model == nil || inputs.model == row.model {
      let meets = row.serviceLevel.meets(inputs.target)
      let configuration = Configuration(model: row.model, accelerator: row.accelerator, gpus: row.benchmark.gpus)
      guard let place = places[configuration] else {
        places[configuration] = best.count
        best.append((row, meets))
        continue
      }
      if isBetter((row, meets), than: best[place]) { best[place] = (row, meets) }
    }
  }

  private func isBetter(_ new: (row: Knowledge.Row, meets: Bool), than old: (row: Knowledge.Row, meets: Bool)) -> Bool {
    guard new.meets == old.meets else { return new.meets }
    let (left, right) = (new.row, old.row)
    if !new.meets { return left.serviceLevel.worst(against: inputs.target).ratio < right.serviceLevel.worst(against: inputs.target).ratio }
    return (-left.rate, left.serviceLevel.e2e, left.serviceLevel.ttft, left.serviceLevel.itl)
      < (-right.rate, right.serviceLevel.e2e, right.serviceLevel.ttft, right.serviceLevel.itl)
  }

  /// Sizes and prices each configuration, and keeps those within hardware and budget.
  mutating func size() {
    for (row, meets) in best {
      switch judge(row, meets: meets) {
      case .success(let candidate): viable.append(candidate)
      case .failure(let miss):
        rejected[miss.reason, default: 0] += 1
        nearMisses.append(miss)
      }
    }
  }

  private enum Judgement {
    case success(Candidate)
    case failure(NearMiss)
  }

  private func judge(_ row: Knowledge.Row, meets: Bool) -> Judgement {
    let hardware = inputs.request.hardware
    func rejected(_ reason: RejectionReason, _ candidate: Candidate? = nil) -> Judgement {
      .failure(NearMiss(reason: reason, row: row, candidate: candidate))
    }
    if let allowed = inputs.accelerators, !allowed.contains(row.accelerator) { return rejected(.gpuTypeNotAllowed) }
    if row.benchmark.gpus > hardware.maxTensorParallel ?? .max { return rejected(.tensorParallelTooHigh) }
    guard meets else {
      switch row.serviceLevel.worst(against: inputs.target).metric {
      case .ttft: return rejected(.ttftTooHigh)
      case .itl: return rejected(.itlTooHigh)
      case .e2e: return rejected(.e2eTooHigh)
      }
    }
    let accelerator = knowledge.accelerators[row.accelerator]
    guard let price = accelerator.pricePerHourUSD else { return rejected(.noPrice) }
    let replicas = Capacity.replicas(for: inputs.traffic.steadyQPS, each: row.rate)
    let (gpuCount, overflow) = replicas.multipliedReportingOverflow(by: row.benchmark.gpus)
    guard !overflow else { return rejected(.tooManyGPUs) }
    let cost = Pricing.cost(gpuCount: gpuCount, pricePerHour: price, traffic: inputs.traffic)
    let candidate = Candidate(row: row, accelerator: accelerator, replicas: replicas, gpuCount: gpuCount, cost: cost)
    if gpuCount > hardware.maxGPUs ?? .max { return rejected(.tooManyGPUs, candidate) }
    if !inputs.request.budget.allows(cost) { return rejected(.overBudget, candidate) }
    return .success(candidate)
  }

  func noViablePlan() -> NoViablePlan {
    Refusal(inputs: inputs, knowledge: knowledge, misses: nearMisses, rejected: rejected).noViablePlan
  }
}
