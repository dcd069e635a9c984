/// A replica under random arrivals, as a birth–death chain: with n requests in it, the next one arrives at rate λ and one of them ends
/// at rate μ(n) = n ÷ (prefill + out × decode step), which depends on the batch.
///
///     0 ─λ▶ 1 ─λ▶ 2 ─λ▶ … ─λ▶ B ─λ▶ B+1 ─λ▶ … ─λ▶ B+Q
///       ◀μ(1) ◀μ(2)        ◀μ(B)  ◀μ(B)         ◀μ(B)      B: the largest batch, Q: places to wait
///
/// The stationary probabilities are products of λ ÷ μ(n). Beyond B they are a geometric series, summed in closed form. With constant
/// service it is M/M/1 and M/M/c. Times in milliseconds, rates in requests per second.
package struct ReplicaQueue: Sendable {
  package let latency: LatencyModel
  package let profile: TrafficProfile
  package let maximumBatch: Int
  package let places: Int
  /// 1 ÷ μ(n) for n from 1, as far as they are mostly needed.
  private let serviceTimes: [Double]

  /// The rate that no load exceeds: μ(B).
  package let saturation: Double

  /// - Parameter expectedBatch: no states far above it are prepared; those that are needed nevertheless are computed each time.
  package init(_ latency: LatencyModel, profile: TrafficProfile, maximumBatch: Int, places: Int? = nil, expectedBatch: Int? = nil) {
    self.latency = latency
    self.profile = profile
    self.maximumBatch = max(1, maximumBatch)
    self.places = places ?? max(64, maximumBatch)
    let prepared = expectedBatch.map { $0 + 8 * Int(Double($0).squareRoot()) + 24 } ?? self.maximumBatch
    serviceTimes = (1...min(prepared, self.maximumBatch)).map { 1 / latency.serviceRate(batch: Double($0), profile: profile) }
    saturation = latency.serviceRate(batch: Double(self.maximumBatch), profile: profile)
  }

  /// For tests against closed forms: any rates of service.
  init(serviceRates: [Double], latency: LatencyModel, profile: TrafficProfile, places: Int) {
    serviceTimes = serviceRates.map { 1 / $0 }
    saturation = serviceRates[serviceRates.count - 1]
    self.latency = latency
    self.profile = profile
    self.places = places
    maximumBatch = serviceRates.count
  }

  /// What requests see at an offered rate.
  package struct State: Sendable, Hashable {
    /// Offered, requests per second.
    package var rate: Double
    /// The part of the arrivals that finds no place at all.
    package var blocked: Double
    /// Requests in the batch, over time.
    package var batch: Double
    /// Requests in the batch that a request in it sees, itself included.
    package var seenBatch: Double
    /// … at the 95th percentile.
    package var seenBatchP95: Double
    /// Requests that wait, over time.
    package var waiting: Double
    /// The part of the arrivals that has to wait.
    package var delayed: Double
    package var wait: Double
    package var waitP95: Double
  }

  package func state(at rate: Double) -> State {
    let sums = sums(at: rate)
    let total = sums.inBatch + sums.tail
    let limit = Double(maximumBatch)
    let batch = (sums.first + sums.tail * limit) / total
    let square = (sums.second + sums.tail * limit * limit) / total
    let waiting = sums.waiting / total
    let blocked = sums.last / total
    let accepted = rate * (1 - blocked)
    // Seen from within the batch, states count by the requests in them.
    let seen = batch > 0 ? max(1, square / batch) : 1
    let deviation = max(0, square - batch * batch).squareRoot()
    let delayed = (sums.full + sums.tail) / total
    let wait = accepted > 0 ? waiting / accepted * 1000 : 0
    return State(
      rate: rate, blocked: blocked, batch: batch, seenBatch: seen, seenBatchP95: min(limit, seen + TailModel.deviations * deviation),
      waiting: waiting, delayed: delayed, wait: wait, waitP95: waitP95(delayed, rate))
  }

  /// Mean latencies at an offered rate.
  package func means(_ state: State) -> ServiceLevel {
    let itl = latency.decodeStep(batch: state.seenBatch, profile: profile)
    let ttft = state.wait + latency.prefill(batch: state.seenBatch, profile: profile)
    return ServiceLevel(ttft: ttft, itl: itl, e2e: ttft + Double(profile.outputTokens - 1) * itl)
  }

  /// The 95th percentiles by ``TailModel``.
  package func percentiles(_ state: State) -> ServiceLevel {
    let gaps = Double(profile.outputTokens - 1)
    let mean = latency.decodeStep(batch: state.seenBatch, profile: profile)
    let itl = max(mean * TailModel.decodeSpread, latency.decodeStep(batch: state.seenBatchP95, profile: profile))
    let ttft = state.waitP95 + TailModel.prefillSpread * latency.prefill(batch: state.seenBatchP95, profile: profile)
    return ServiceLevel(ttft: ttft, itl: itl, e2e: ttft + gaps * max(itl, mean * TailModel.lengthSpread))
  }

  /// P(wait > t) = P(wait) · e^−(μ(B) − λ)t, as in M/M/c; when the server cannot keep up, the time that all places take.
  private func waitP95(_ delayed: Double, _ rate: Double) -> Double {
    guard delayed > 0.05 else { return 0 }
    let full = Double(places) / saturation * 1000
    guard rate < saturation else { return full }
    return min(full, Logarithm.natural(delayed / 0.05) / (saturation - rate) * 1000)
  }
}

extension ReplicaQueue {
  /// Unnormalised sums over the states.
  private struct Sums {
    /// Σ p, Σ n·p and Σ n²·p for n up to B.
    var inBatch = 1.0
    var first = 0.0
    var second = 0.0
    /// p of the state B, in which the batch is full and nobody waits.
    var full = 0.0
    /// Σ p and Σ (n − B)·p for n above B, and p of the last state.
    var tail = 0.0
    var waiting = 0.0
    var last = 0.0
  }

  private func sums(at rate: Double) -> Sums {
    var (term, number, total, first, second) = (1.0, 0.0, 1.0, 0.0, 0.0)
    for place in 0..<maximumBatch {
      number += 1
      let time = place < serviceTimes.count ? serviceTimes[place] : 1 / latency.serviceRate(batch: number, profile: profile)
      term *= rate * time
      total += term
      let moment = number * term
      first += moment
      second += number * moment
      // Probabilities are relative: what is far from the bulk may vanish, the bulk must not overflow.
      if term > 1e200 { (term, total, first, second) = (term * 1e-200, total * 1e-200, first * 1e-200, second * 1e-200) }
      if term < total * 1e-16, rate * time < 1 {
        term = 0
        break
      }
    }
    var sums = Sums(inBatch: total, first: first, second: second)
    sums.full = term
    let ratio = rate / saturation
    guard places > 0 else {
      sums.last = term
      return sums
    }
    let power = Self.power(ratio, places)
    let count = Double(places)
    guard power < 1e100 else {
      // Far above saturation only the last states count: a geometric series from the other end.
      let inverse = 1 / ratio
      let rest = 1 - inverse
      return Sums(inBatch: 0, tail: 1 / rest, waiting: count / rest - inverse / (rest * rest), last: 1)
    }
    if (1 - ratio).magnitude < 1e-9 {
      sums.tail = term * count
      sums.waiting = term * count * (count + 1) / 2
    } else {
      sums.tail = term * ratio * (1 - power) / (1 - ratio)
      sums.waiting = term * ratio * (1 - power * (1 + count * (1 - ratio))) / ((1 - ratio) * (1 - ratio))
    }
    sums.last = term * power
    return sums
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
