import Glibc
import Scheduling
import Simulation
import Testing

@Suite("The simulation of queues agrees with queueing theory")
struct QueueTheoryTests {
  static let seed: UInt64 = 20_260
  static let runs = 24
  /// Of a right simulation, a figure is further away than this once in about 500 times (Student, 23 degrees of freedom).
  static let standardErrors = 3.5

  /// Requests whose service takes 1 s on average, however many there are.
  private func scenario(places: Int, replicas: Int = 1, rate: Double, work: QueueScenario.Work) -> QueueScenario {
    var scenario = QueueScenario(
      law: BatchLaw(alpha: 0.5, beta: 0, gamma: 0, maximumBatch: places), replicas: Array(repeating: 0, count: replicas),
      arrivals: .poisson(perSecond: rate), size: .init(prompt: 0, output: 1), warmUp: 1_000, requests: 4_000, seed: 0)
    scenario.work = work
    return scenario
  }

  private func expect(_ figure: RunStatistics.Figure, _ theory: Double, _ name: String) {
    let text = "\(name): \(figure.mean) ± \(figure.error) against \(theory), seed \(Self.seed)"
    #expect(figure.distance(to: theory) <= Self.standardErrors, "\(text)")
    #expect(figure.error <= 0.06 * theory, "too few requests to tell: \(text)")
    print("simulated", text)
  }

  @Test("M/M/1: mean wait and the 95th percentile of the response")
  func oneServer() {
    let statistics = RunStatistics(scenario(places: 1, rate: 0.7, work: .exponential), runs: Self.runs, seed: Self.seed)
    expect(statistics.mean(\.wait), 0.7 / 0.3, "mean wait of M/M/1")
    expect(statistics.quantile(0.95, \.e2e), -log(0.05) / 0.3, "p95 of the response of M/M/1")
  }

  @Test("M/D/1: half the wait of M/M/1, by Pollaczek and Khinchine")
  func fixedService() {
    let statistics = RunStatistics(scenario(places: 1, rate: 0.7, work: .fixed), runs: Self.runs, seed: Self.seed)
    expect(statistics.mean(\.wait), 0.7 / (2 * 0.3), "mean wait of M/D/1")
  }

  @Test("M/M/c: places of one batch or replicas of one place, Erlang's C tells who waits", arguments: [(4, 1), (1, 4)])
  func severalServers(places: Int, replicas: Int) {
    let statistics = RunStatistics(
      scenario(places: places, replicas: replicas, rate: 3.2, work: .exponential), runs: Self.runs, seed: Self.seed)
    let waits = Self.erlangC(servers: 4, load: 3.2)
    expect(statistics.mean(\.wait), waits / (4 - 3.2), "mean wait of M/M/4")
    expect(
      statistics.figure { report in Double(report.requests.count { $0.wait > 0 }) / Double(report.requests.count) }, waits,
      "part of M/M/4 that waits")
  }

  /// The chance that all servers are busy.
  private static func erlangC(servers: Int, load: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for number in 1..<servers {
      term *= load / Double(number)
      sum += term
    }
    let all = term * load / Double(servers) * Double(servers) / (Double(servers) - load)
    return all / (sum + all)
  }

  @Test("A batch that slows down: the birth–death chain's mean response", arguments: [QueueScenario.Work.exponential, .fixed])
  func batch(work: QueueScenario.Work) {
    // Decoding dominates, so prefill and decode steps slow down alike, as the chain has it.
    let law = BatchLaw(alpha: 0.010, beta: 0.000_2, gamma: 0.000_002, maximumBatch: 12)
    let size = BatchLaw.Size(prompt: 200, output: 100)
    let rate = 0.8 * law.capacity(of: size)
    var scenario = QueueScenario(
      law: law, replicas: [0], arrivals: .poisson(perSecond: rate), size: size, warmUp: 300, requests: 1_500, seed: 0)
    scenario.work = work
    scenario.initialBatch = 6
    let chain = ReferenceChain(law: law, size: size, rate: rate)
    let statistics = RunStatistics(scenario, runs: Self.runs, seed: Self.seed)
    let response = statistics.mean(\.e2e)
    print("simulated", work, response, "chain", chain.meanResponse, "batch", statistics.figure(\.meanBatch), chain.meanBatch)
    // Fixed lengths wait a little less than the chain's exponential ones when the batch is full.
    let below = work == .exponential ? 0.01 : 0.06
    let slack = Self.standardErrors * response.error
    #expect(response.mean <= chain.meanResponse * 1.01 + slack, "seed \(Self.seed)")
    #expect(response.mean >= chain.meanResponse * (1 - below) - slack, "seed \(Self.seed)")
    #expect(response.error < 0.03 * chain.meanResponse)
  }
}

/// The birth–death chain of one replica, solved by its balance equations.
struct ReferenceChain {
  private let parts: [Double]
  private let rate: Double
  private let places: Int

  /// - Parameter waiting: places in the queue; so many that none is turned away.
  init(law: BatchLaw, size: BatchLaw.Size, rate: Double, waiting: Int = 2_000) {
    self.rate = rate
    places = law.maximumBatch
    var weights = [1.0]
    for number in 1...(law.maximumBatch + waiting) {
      let batch = Double(min(number, law.maximumBatch))
      weights.append(weights[number - 1] * rate * law.service(batch: batch, of: size) / batch)
    }
    let sum = weights.reduce(0, +)
    parts = weights.map { $0 / sum }
  }

  /// By Little's law.
  var meanResponse: Double { parts.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / rate }
  var meanBatch: Double { parts.enumerated().reduce(0) { $0 + Double(min($1.offset, places)) * $1.element } }
}
