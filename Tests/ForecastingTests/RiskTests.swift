import Planning
import Simulation
import Testing

@testable import Forecasting

@Suite("Risks are counted by Monte Carlo")
struct RiskTests {
  private func risk(_ subject: ForecastSubject, traffic: Double = 0.2, samples: Int = 60) -> RiskForecast {
    var settings = Subjects.settings(samples: samples)
    settings.trafficSpread = traffic
    return MonteCarlo(subject: subject, settings: settings).forecast()
  }

  @Test("An easy target is met for certain, one that an idle server misses never")
  func certain() throws {
    let easy = try #require(risk(Subjects.chatbot()).promises.first { $0.metric == .ttft })
    #expect(easy.chance.value == 1 && easy.chance.low > 0.93, "\(easy)")
    let hard = risk(Subjects.chatbot(target: ServiceLevel(ttft: 10, itl: 10, e2e: 2_600)))
    #expect(hard.promises[0].chance.value == 0 && hard.all.value == 0)
    // What all samples are above cannot be promised.
    #expect(hard.promises[0].bound.value > 20)
  }

  @Test("The promised bound holds in 95 % of the samples, and its interval around it")
  func bound() {
    let risk = risk(Subjects.chatbot(), samples: 200)
    for promise in risk.promises {
      #expect(promise.bound.low < promise.bound.value && promise.bound.value < promise.bound.high, "\(promise)")
    }
    var again = Subjects.chatbot()
    again.target = ServiceLevel(ttft: risk.promises[0].bound.value, itl: 1e9, e2e: 1e9)
    #expect(self.risk(again, samples: 200).promises[0].chance.value == 0.95)
  }

  @Test("What is less certain has a higher bound")
  func spread() {
    let sure = risk(Subjects.chatbot(spread: 0.02), traffic: 0.05)
    let unsure = risk(Subjects.chatbot(spread: 0.4), traffic: 0.5)
    for (left, right) in zip(sure.promises, unsure.promises) { #expect(left.bound.value < right.bound.value) }
  }

  @Test("The budget is exceeded as often as the sampled traffic needs one replica more")
  func budget() {
    // One replica counts for 5 requests/s with a fifth of room: up to 4.17. The median of the traffic is 4.1.
    let tight = risk(Subjects.chatbot(qps: 4.1, budget: Budget(maxMonthlyUSD: 1_460), spread: 0.01), samples: 200)
    #expect((tight.overBudget?.value ?? 0) > 0.3 && (tight.overBudget?.value ?? 1) < 0.6, "\(String(describing: tight.overBudget))")
    #expect(tight.monthlyUSD.value == 2_920)
    let loose = risk(Subjects.chatbot(qps: 4.1, budget: Budget(maxMonthlyUSD: 1_000_000), spread: 0.01))
    #expect(loose.overBudget?.value == 0)
    #expect(risk(Subjects.chatbot()).overBudget == nil)
  }

  @Test("A load beyond the replicas is said, and nothing is promised")
  func saturated() {
    let risk = risk(Subjects.chatbot(qps: 40, peak: 40), samples: 20)
    #expect(risk.saturated.value == 1)
    #expect(risk.promises.allSatisfy { $0.bound.value == .infinity && $0.chance.value == 0 })
  }
}
