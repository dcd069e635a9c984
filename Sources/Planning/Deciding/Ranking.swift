/// The viable candidates in the order of cost, with their scores, and the best in each respect.
struct Ranking {
  /// In the order of cost.
  let candidates: [Candidate]
  let scores: [Scores]
  /// Places in ``candidates``.
  let cheapest: Int
  let fastest: Int
  let mostAccurate: Int
  let simplest: Int
  let balanced: Int
  let chosen: Int

  /// `viable` holds at least one candidate.
  init(_ viable: [Candidate], inputs: PlanInputs, knowledge: Knowledge) {
    let precedes = inputs.request.ordersByGPUs ? Candidate.fewerGPUs : Candidate.cheaper
    // Places move faster than candidates.
    let sorted = viable.indices.sorted { precedes(viable[$0], viable[$1]) }.map { viable[$0] }
    let costs = sorted.map(\.cost.perMonthUSD)
    let range = (costs.min() ?? 0)...(costs.max() ?? 0)
    // A model's quality does not depend on where it runs.
    var qualities: [Int: Double] = [:]
    for model in Set(sorted.map(\.offer.model)) {
      qualities[model] = knowledge.quality.score(of: knowledge.models[model], for: inputs.useCase?.name)
    }
    let scores = sorted.map { Self.scores(of: $0, quality: qualities[$0.offer.model] ?? 0, costs: range, inputs: inputs) }
    func highest(_ score: (Scores) -> Double) -> Int {
      let places = sorted.indices
      // A billionth of a point is rounding, not merit.
      let best = scores.map(score).max() ?? 0
      return places.filter { score(scores[$0]) >= best - 1e-9 }
        .min { Candidate.surerAndCheaper(sorted[$0], sorted[$1]) } ?? 0
    }
    candidates = sorted
    self.scores = scores
    cheapest = 0
    fastest = sorted.indices.min { Candidate.faster(sorted[$0], sorted[$1]) } ?? 0
    mostAccurate = highest(\.quality)
    simplest = highest(\.simplicity)
    balanced = highest(\.balanced)
    switch (inputs.request.budget.policy, inputs.request.objective) {
    case (nil, _) where inputs.request.choosesFewestGPUs:
      chosen = sorted.indices.min { Candidate.fewerGPUs(sorted[$0], sorted[$1]) } ?? 0
    case (.strict, _), (nil, .cost), (nil, .fewestGPUs): chosen = cheapest
    case (.flexible, _): chosen = sorted.count / 2
    case (.some(.none), _), (nil, .latency): chosen = fastest
    case (nil, .balanced): chosen = balanced
    case (nil, .accuracy): chosen = mostAccurate
    }
  }

  /// Places in ``candidates`` in the order of speed, the best first, at most `count`.
  func fastest(_ count: Int) -> [Int] {
    Self.best(count, of: candidates.indices) { Candidate.faster(candidates[$0], candidates[$1]) }
  }

  /// … in the order of a score.
  func highest(_ score: (Scores) -> Double, _ count: Int) -> [Int] {
    Self.best(count, of: candidates.indices) { left, right in
      let difference = score(scores[left]) - score(scores[right])
      return difference.magnitude > 1e-9 ? difference > 0 : Candidate.surerAndCheaper(candidates[left], candidates[right])
    }
  }

  /// The first of an order without sorting the rest.
  private static func best(_ count: Int, of places: Range<Int>, by precedes: (Int, Int) -> Bool) -> [Int] {
    var best: [Int] = []
    for place in places where best.count < count || precedes(place, best[best.count - 1]) {
      best.insert(place, at: best.firstIndex { precedes(place, $0) } ?? best.count)
      if best.count > count { best.removeLast() }
    }
    return best
  }

  private static func scores(
    of candidate: Candidate, quality: Double, costs: ClosedRange<Double>, inputs: PlanInputs
  ) -> Scores {
    let cost = Scoring.cost(candidate.cost.perMonthUSD, among: costs)
    let latency = Scoring.latency(candidate.predicted, target: inputs.target)
    let simplicity = Scoring.simplicity(gpuCount: candidate.gpuCount)
    let balanced = Scoring.balanced(
      quality: quality, cost: cost, latency: latency, simplicity: simplicity, weights: inputs.request.weights,
      replicas: candidate.replicas)
    return Scores(quality: quality, cost: cost, latency: latency, simplicity: simplicity, balanced: balanced)
  }
}
