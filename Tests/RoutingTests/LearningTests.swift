import Routing
import Scheduling
import Testing

@Suite("Learning from outcomes")
struct LearningTests {
  @Test("The catalogue's quality counts for some outcomes, then outcomes decide")
  func posterior() {
    var learned = LearnedQuality(models: 1, priorCount: 10, retention: 1)
    #expect(learned.quality(of: 0, for: .code, catalog: 0.8) == 0.8)
    for _ in 0..<10 { learned.learn(model: 0, task: .code, reward: 0) }
    #expect(abs(learned.quality(of: 0, for: .code, catalog: 0.8) - 0.4) < 1e-12)
    #expect(learned.quality(of: 0, for: .reasoning, catalog: 0.8) == 0.8, "other tasks have learned nothing")
    learned.learn(model: 0, task: .code, reward: .nan)
    learned.learn(model: 7, task: .code, reward: 1)
    #expect(learned.count(of: 0, for: .code) == 10)
  }

  @Test("Without learning the first of the ranking is always taken")
  func off() throws {
    let router = try Sample.router([Sample.model("a"), Sample.model("b", quality: 0.9)])
    let selection = router.select(Sample.request())
    var random = SplitMix64(seed: 1)
    let bandit = ModelBandit(models: 2, exploration: 0)
    for _ in 0..<100 { #expect(bandit.pick(from: selection, random: &random) == .init(place: 0, isExploration: false, probability: 1)) }
  }

  @Test("Every model that may be asked is explored at its floor; the same seed gives the same picks", arguments: [1, 2, 3] as [UInt64])
  func exploration(seed: UInt64) throws {
    let router = try Sample.router((0..<4).map { Sample.model("m\($0)", quality: Double($0) / 10) })
    let selection = router.select(Sample.request())
    let bandit = ModelBandit(models: 4, exploration: 0.2)
    func picks() -> [ModelBandit.Pick] {
      var random = SplitMix64(seed: seed)
      return (0..<10_000).compactMap { _ in bandit.pick(from: selection, random: &random) }
    }
    let first = picks()
    #expect(first == picks(), "seed \(seed)")
    for place in 0..<4 {
      let share = Double(first.count { $0.place == place }) / 10_000
      let expected = place == 0 ? 0.85 : 0.05
      // Four standard deviations of a share of 10,000.
      #expect(abs(share - expected) < 4 * (expected * (1 - expected) / 10_000).squareRoot(), "seed \(seed): \(share)")
      #expect(abs((first.first { $0.place == place }?.probability ?? 0) - expected) < 1e-12)
    }
    #expect(router.names(selection.preferring(.init(place: 2, isExploration: true, probability: 0.05))).first == router.names(selection)[2])
  }

  @Test("It finds the model that is better than its catalogue says, and notices when it gets worse", arguments: [4, 5, 6] as [UInt64])
  func finds(seed: UInt64) throws {
    var router = try Sample.router([Sample.model("praised", quality: 0.8), Sample.model("modest", quality: 0.5)])
    var bandit = ModelBandit(models: 2, exploration: 0.1, priorCount: 20, retention: 0.98)
    var random = SplitMix64(seed: seed)
    var truth = [0.3, 0.9]
    func shareOfSecond(_ rounds: Int) -> Double {
      var count = 0
      for _ in 0..<rounds {
        router.learned = bandit.learned
        let selection = router.select(Sample.request { $0.complexity = .complex })
        guard let pick = bandit.pick(from: selection, random: &random) else { continue }
        let model = selection.ranked[pick.place].model
        if model == 1 { count += 1 }
        bandit.learn(model: model, task: .completion, reward: random.unit() < truth[model] ? 1 : 0)
      }
      return Double(count) / Double(rounds)
    }
    _ = shareOfSecond(1500)
    #expect(shareOfSecond(500) > 0.9, "seed \(seed)")
    truth = [0.9, 0.1]
    _ = shareOfSecond(1500)
    #expect(shareOfSecond(500) < 0.1, "seed \(seed)")
  }
}
