import Testing

@testable import Planning

@Suite struct LatencyModelTests {
  private let profile = TrafficProfile(promptTokens: 1024, outputTokens: 512)
  private let plain = LatencyModel(alpha: 6, beta: 0.05, gamma: 0.000_02)

  @Test func `The published formulas, computed by hand`() {
    // tc = 1536 ÷ 513, tm = 1280; T(8) = 6 + 8 × (0.05 × tc + 0.00002 × 1280) = 6 + 8 × (0.149707602… + 0.0256).
    let iteration = 6 + 8 * (0.05 * 1536.0 / 513 + 0.0256)
    #expect(abs(plain.iteration(batch: 8, profile: profile) - iteration) < 1e-12)
    #expect(abs(plain.decodeStep(batch: 8, profile: profile) - (iteration + 0.05 + 0.0256)) < 1e-12)
    #expect(abs(plain.prefill(batch: 8, profile: profile) - (iteration + 0.050_02 * 1024)) < 1e-12)
    let time = plain.prefill(batch: 8, profile: profile) + 512 * plain.decodeStep(batch: 8, profile: profile)
    #expect(abs(plain.serviceRate(batch: 8, profile: profile) - 8000 / time) < 1e-12)
  }

  /// Rows as a known model would give them.
  private func rows(of model: LatencyModel, batches: [Double], prompts: [Int], outputs: [Int]) -> [Observation] {
    batches.flatMap { batch in
      prompts.flatMap { prompt in
        outputs.map { output in
          let profile = TrafficProfile(promptTokens: prompt, outputTokens: output)
          return Observation(
            profile: profile, batch: batch, ttft: model.prefill(batch: batch, profile: profile),
            itl: model.decodeStep(batch: batch, profile: profile))
        }
      }
    }
  }

  @Test func `A fit finds the model that made the rows`() throws {
    let truth = LatencyModel(
      alpha: 6, beta: 0.05, gamma: 0.000_02, sigma: 0.7,
      prefill: .init(base: 12, perToken: 0.04, perRequest: 0.3, perRequestToken: 0.001))
    let fit = try #require(
      LatencyModel(fitting: rows(of: truth, batches: [1, 4, 16, 64], prompts: [256, 1024, 8192], outputs: [128, 1024])))
    for (mine, expected) in [(fit.alpha, 6), (fit.beta, 0.05), (fit.gamma, 0.000_02), (fit.sigma, 0.7)] {
      #expect(abs(mine / expected - 1) < 1e-5)
    }
    let prefill = try #require(fit.prefill)
    for (mine, expected) in [(prefill.base, 12), (prefill.perToken, 0.04), (prefill.perRequest, 0.3), (prefill.perRequestToken, 0.001)] {
      #expect(abs(mine / expected - 1) < 1e-5)
    }
  }

  @Test func `Two rows are met exactly, one is not enough`() throws {
    let rows = [
      Observation(profile: profile, batch: 1, ttft: 40, itl: 7), Observation(profile: profile, batch: 32, ttft: 300, itl: 15),
    ]
    let fit = try #require(LatencyModel(fitting: rows))
    for row in rows {
      #expect(abs(fit.decodeStep(batch: row.batch, profile: profile) / row.itl - 1) < 1e-6)
      #expect(abs(fit.prefill(batch: row.batch, profile: profile) / (row.ttft ?? 0) - 1) < 1e-6)
    }
    #expect(LatencyModel(fitting: Array(rows.prefix(1))) == nil)
    #expect(LatencyModel(fitting: [rows[0], rows[0]]) == nil)
    #expect(LatencyModel(fitting: []) == nil)
  }

  @Test func `Whatever the rows, every time grows with load and length`() throws {
    var random = SplitMix(seed: 7)
    for _ in 0..<200 {
      let rows = (0..<(2 + Int(random.next() % 8))).map { _ in
        Observation(
          profile: TrafficProfile(promptTokens: 1 + Int(random.next() % 8000), outputTokens: 1 + Int(random.next() % 2000)),
          batch: Double(1 + random.next() % 256), ttft: 1 + random.unit() * 5000, itl: 1 + random.unit() * 100)
      }
      guard let fit = LatencyModel(fitting: rows) else { continue }
      let small = TrafficProfile(promptTokens: 100, outputTokens: 100)
      let long = TrafficProfile(promptTokens: 2000, outputTokens: 100)
      var last = (decode: 0.0, prefill: 0.0)
      for batch in [1.0, 2, 3.5, 8, 64, 300] {
        let now = (decode: fit.decodeStep(batch: batch, profile: small), prefill: fit.prefill(batch: batch, profile: small))
        #expect(now.decode >= last.decode && now.prefill >= last.prefill)
        #expect(fit.decodeStep(batch: batch, profile: long) >= now.decode)
        #expect(fit.prefill(batch: batch, profile: long) >= now.prefill)
        last = now
      }
    }
  }

  @Test func `Least squares without negative coefficients`() {
    // y = 2a + 3b exactly; then y = −a + b, whose best without a negative one is b alone: Σb·y ÷ Σb² = (1·0 + 2·1 + 1·(−1)) ÷ 6.
    var exact = NonNegativeLeastSquares(columns: 2)
    var negative = NonNegativeLeastSquares(columns: 2)
    for (a, b) in [(1.0, 1.0), (1, 2), (2, 1)] {
      exact.add([a, b], equals: 2 * a + 3 * b)
      negative.add([a, b], equals: b - a)
    }
    #expect(zip(exact.solution(), [2, 3]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(negative.solution(), [0, 1.0 / 6]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(NonNegativeLeastSquares(columns: 3).solution() == [0, 0, 0])
  }

  @Test func `A larger batch touches more of the experts, never more than all`() {
    let experts = LatencyModel.Experts(milliseconds: 10, share: 8.0 / 256)
    #expect(abs(experts.touched(by: 1) / (8.0 / 256) - 1) < 0.02)
    var last = 0.0
    for batch in stride(from: 1.0, through: 512, by: 7) {
      let touched = experts.touched(by: batch)
      #expect(touched > last && touched < 1)
      last = touched
    }
    #expect(last > 0.99)
  }
}

/// SplitMix64 (Steele, Lea, Flood): the same numbers everywhere.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// From 0 up to 1.
  mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}
