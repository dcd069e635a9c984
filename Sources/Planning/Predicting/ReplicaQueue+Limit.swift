extension ReplicaQueue {
  /// The largest rate at which the 95th percentiles meet `target` and a request in a thousand at most finds no place, to a part in
  /// 10,000 of the saturation; `nil` when not even an idle replica is fast enough.
  ///
  /// More load makes nothing faster, so bisection would find it in 14 looks at the whole chain. Secants from a good guess need about
  /// half as many, near the answer, where the chain is short; they look at the rates that bisection would, so the answer is the same.
  ///
  /// - Parameters:
  ///   - seenBatch: requests that may be in a batch at most, as far as the latency model is vouched for.
  ///   - guess: a rate to begin with; it changes how soon the answer is found, never the answer.
  package func largestRate(
    meeting target: ServiceLevel, seenBatch: Double? = nil, startingAt guess: Double? = nil
  ) -> (rate: Double, isBoundByRows: Bool)? {
    let idle = idle
    guard idle.meets(target), saturation > 0, saturation.isFinite else { return nil }
    let limit = seenBatch ?? .infinity
    // The last rate that is slow enough and the first that is not, with how far each is from the limit.
    var low = (place: 0, excess: Self.excess(idle.worst(against: target).ratio))
    var high = (place: Self.rates, excess: 1.0)
    var isBoundByRows = false
    var place = Int(max(0, min(1, (guess ?? saturation / 2) / saturation)) * Double(Self.rates))
    var (looks, reach) = (0, Self.rates / 128)
    while high.place - low.place > 1 {
      place = min(max(place, low.place + 1), high.place - 1)
      let seen = look(at: rate(at: place), target, limit)
      looks += 1
      if seen.meets {
        low = (place, seen.excess)
      } else {
        high = (place, seen.excess)
        isBoundByRows = !seen.isKnown
      }
      if low.place == 0 || high.place == Self.rates {
        // Not yet between two looks: further away each time, because a wait makes a bend that a secant from afar would miss.
        place += seen.meets ? reach : -reach
        reach *= 4
      } else if looks < 9, high.excess > low.excess {
        let part = -low.excess / (high.excess - low.excess)
        place = low.place + Int(part * Double(high.place - low.place))
      } else {
        place = (low.place + high.place) / 2
      }
    }
    return low.place > 0 ? (rate(at: low.place), isBoundByRows) : nil
  }

  /// Parts of the saturation that bisection to a part in 10,000 ends with.
  private static let rates = 1 << 14

  /// A rate as halving reaches it, to its last bit.
  private func rate(at place: Int) -> Double {
    var (low, high) = (0.0, saturation)
    var (first, end) = (0, Self.rates)
    while true {
      let (middle, half) = ((low + high) / 2, (first + end) / 2)
      if half == place { return middle }
      if half < place { (low, first) = (middle, half) } else { (high, end) = (middle, half) }
    }
  }

  private func look(at rate: Double, _ target: ServiceLevel, _ limit: Double) -> (meets: Bool, isKnown: Bool, excess: Double) {
    let state = state(at: rate)
    let level = percentiles(state)
    let isKnown = state.seenBatch <= limit
    let ratio = max(level.worst(against: target).ratio, state.seenBatch / limit, state.blocked / Self.blocked)
    return (isKnown && state.blocked <= Self.blocked && level.meets(target), isKnown, Self.excess(ratio))
  }

  /// The part of the arrivals that may find no place.
  private static let blocked = 0.001

  /// Of a figure ÷ its limit: 0 at the limit, and bounded above it, where waits go to infinity.
  private static func excess(_ ratio: Double) -> Double { ratio <= 1 ? ratio - 1 : 1 - 1 / ratio }

  /// The 95th percentiles of a request that is alone.
  package var idle: ServiceLevel { Self.idle(latency, profile) }

  static func idle(_ latency: LatencyModel, _ profile: TrafficProfile) -> ServiceLevel {
    let mean = latency.decodeStep(batch: 1, profile: profile)
    let ttft = TailModel.prefillSpread * latency.prefill(batch: 1, profile: profile)
    return ServiceLevel(
      ttft: ttft, itl: mean * TailModel.decodeSpread, e2e: ttft + Double(profile.outputTokens - 1) * mean * TailModel.lengthSpread)
  }
}

extension ReplicaQueue {
  /// The most requests in a batch that meet `target` and leave room, if their number scatters as a normal distribution does: near the
  /// answer. Its variance is the batch ÷ the elasticity of μ in the batch, which is 1 (and the number a Poisson's) where a batch is not slower.
  static func likelyBatch(
    _ latency: LatencyModel, profile: TrafficProfile, maximumBatch: Int, meeting target: ServiceLevel, seenBatch: Double?
  ) -> Int {
    let gaps = Double(profile.outputTokens - 1)
    let most = Double(maximumBatch)
    func meets(_ batch: Int) -> Bool {
      let time = latency.requestTime(batch: Double(batch), profile: profile)
      let slope = latency.requestTime(batch: Double(batch) + 1, profile: profile) - time
      let variance = Double(batch) / max(0.05, 1 - Double(batch) * slope / time)
      let seen = min(most, Double(batch) + variance / Double(batch))
      let above = seen + TailModel.deviations * variance.squareRoot()
      guard batch == 1 || above <= most else { return false }
      let mean = latency.decodeStep(batch: seen, profile: profile)
      let itl = max(mean * TailModel.decodeSpread, latency.decodeStep(batch: above, profile: profile))
      let ttft = TailModel.prefillSpread * latency.prefill(batch: above, profile: profile)
      return seen <= seenBatch ?? .infinity
        && ServiceLevel(ttft: ttft, itl: itl, e2e: ttft + gaps * max(itl, mean * TailModel.lengthSpread)).meets(target)
    }
    var (low, high) = (0, maximumBatch + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if meets(middle) { low = middle } else { high = middle }
    }
    return max(1, low)
  }
}
