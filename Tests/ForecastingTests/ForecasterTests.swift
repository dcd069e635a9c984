import Foundation
import JSON
import Planning
import Simulation
import Testing

@testable import Forecasting

@Suite("A plan's behaviour under load is forecast")
struct ForecasterTests {
  private func steady(_ subject: ForecastSubject, _ settings: ForecastSettings = Subjects.settings()) -> LatencyForecast {
    LoadRun(subject: subject, settings: settings).forecast(rate: subject.traffic.steadyQPS, replicas: subject.replicas, stream: 1)
  }

  @Test("The same seed forecasts the same, another one something else")
  func deterministic() {
    var settings = Subjects.settings(samples: 20)
    settings.coldStart = ColdStart(weightsGB: 16)
    let first = Forecaster.forecast(Subjects.chatbot(), settings: settings)
    #expect(first == Forecaster.forecast(Subjects.chatbot(), settings: settings))
    #expect(first.json == Forecaster.forecast(Subjects.chatbot(), settings: settings).json)
    settings.seed += 1
    let other = Forecaster.forecast(Subjects.chatbot(), settings: settings)
    #expect(first.steady != other.steady)
    #expect(first.risk != other.risk)
    #expect(first.coldStart?.during != other.coldStart?.during)
  }

  @Test("Requests that meet nobody take what the law says, each of them")
  func alone() {
    let subject = Subjects.chatbot(qps: 0.001, peak: 0.001)
    let latency = steady(subject)
    let size = BatchLaw.Size(prompt: 512, output: 256)
    #expect((latency.ttft.p95.value / (Subjects.law.prefill(batch: 1, of: size) * 1000) - 1).magnitude < 1e-6)
    #expect((latency.itl.p95.value / (Subjects.law.decodeStep(batch: 1, of: size) * 1000) - 1).magnitude < 1e-6)
    #expect((latency.e2e.p95.value / (Subjects.law.service(batch: 1, of: size) * 1000) - 1).magnitude < 1e-6)
  }

  @Test("More load is slower, and percentiles are in order within their intervals")
  func load() {
    let (low, high) = (steady(Subjects.chatbot(qps: 1)), steady(Subjects.chatbot(qps: 7)))
    for metric in ServiceLevel.Metric.allCases {
      #expect(low[metric].p95.value < high[metric].p95.value)
      for figures in [low[metric], high[metric]] {
        #expect(figures.p50.value <= figures.p95.value && figures.p95.value <= figures.p99.value)
        #expect(figures.p95.low <= figures.p95.value && figures.p95.value <= figures.p95.high)
      }
    }
    #expect(high.ttft.p95.width > 0 && high.e2e.p95.width < 0.2 * high.e2e.p95.value)
    #expect(high.load < 1 && !high.isSaturated)
    #expect(steady(Subjects.chatbot(qps: 100, peak: 100)).isSaturated)
  }

  @Test("Bursts make first tokens later than independent arrivals at the same rate do")
  func bursts() {
    var settings = Subjects.settings()
    settings.runs = 8
    let calm = steady(Subjects.chatbot(qps: 8), settings)
    settings.arrivals = .bursty
    let bursty = steady(Subjects.chatbot(qps: 8), settings)
    #expect(bursty.ttft.p95.value > 1.5 * calm.ttft.p95.value, "\(bursty.ttft.p95) after \(calm.ttft.p95)")
  }

  @Test("Recorded arrivals come with their lengths, at the rate of the plan")
  func recorded() {
    var settings = Subjects.settings()
    settings.arrivals = .recorded(
      (0..<100).map { TraceRow(at: .milliseconds($0 * 10), promptTokens: 100, outputTokens: 10) }, name: "a test")
    let latency = steady(Subjects.chatbot(qps: 2), settings)
    #expect(latency.e2e.p95.value < 200, "answers of 10 tokens, not of 256: \(latency.e2e.p95)")
  }

  @Test("Every run replays another part of a record, so that percentiles have a spread")
  func recordedSpread() {
    var settings = Subjects.settings()
    settings.arrivals = .recorded(
      (0..<5_000).map { TraceRow(at: .milliseconds($0 * 10), promptTokens: 10 + $0 / 5, outputTokens: 10 + $0 / 50) }, name: "a test")
    let latency = steady(Subjects.chatbot(qps: 2), settings)
    #expect(latency.ttft.p95.width > 0 && latency.e2e.p95.width > 0, "\(latency.ttft.p95), seed 3")
  }

  @Test("Replicas for the autoscaler meet the targets, and one fewer does not")
  func scaling() throws {
    let subject = Subjects.chatbot(qps: 9, peak: 27)
    let run = LoadRun(subject: subject, settings: Subjects.settings())
    let scaling = ReplicaSearch(run: run).forecast()
    let (least, most) = (try #require(scaling.minReplicas), try #require(scaling.maxReplicas))
    #expect(least >= 1 && most > least)
    let enough = run.forecast(rate: 27, replicas: most, stream: 9)
    #expect(enough.e2e.p95.low <= subject.target.e2e && enough.itl.p95.low <= subject.target.itl)
    let impossible = Subjects.chatbot(target: ServiceLevel(ttft: 1, itl: 10, e2e: 2_600))
    #expect(ReplicaSearch(run: LoadRun(subject: impossible, settings: Subjects.settings())).forecast().minReplicas == nil)
  }

  @Test("A cold start is as long as what is loaded, and requests wait until it is over")
  func coldStart() throws {
    let start = ColdStart(weightsGB: 16)
    #expect(start.seconds == 10 + 45 + 16)
    #expect(
      ColdStart(model: .init(id: "x/Y-70B-FP8", parametersBillions: 70, contextLength: 0, minimumMemoryGB: 0, recommendedFor: [])).weightsGB
        == 70)
    #expect(
      ColdStart(model: .init(id: "x/Y-8B", parametersBillions: 8, contextLength: 0, minimumMemoryGB: 0, recommendedFor: [])).weightsGB == 16
    )
    let subject = Subjects.chatbot(qps: 5, peak: 14)
    let forecast = try #require(ColdStartRun(subject: subject, settings: Subjects.settings(), start: start).result()).get()
    #expect(forecast.during.p95.ttft > 10 * forecast.before.p95.ttft, "\(forecast)")
    #expect(forecast.after.p95.ttft < forecast.during.p95.ttft, "\(forecast)")
    #expect(forecast.before.requests > 200)
    let steadyOnly = Subjects.chatbot(minReplicas: 1, maxReplicas: 1)
    #expect(ColdStartRun(subject: steadyOnly, settings: Subjects.settings(), start: start).result() == nil)
  }

  @Test("What is simulated in part, or not at all, says so to people and machines")
  func simplified() throws {
    var settings = Subjects.settings(samples: 20)
    settings.coldStart = ColdStart(weightsGB: 16)
    let many = Forecaster.forecast(
      Subjects.chatbot(qps: 60, peak: 480, replicas: 10, minReplicas: 10, maxReplicas: 80), settings: settings)
    #expect(many.coldStart == nil && many.coldStartOmitted == .tooManyReplicas(80, limit: 64))
    #expect(many.json["coldStartOmitted"]?.string?.contains("80 replicas, more than 64") == true)
    #expect(many.json[["steady", "replicas"]] == 10 && many.json[["steady", "simulatedReplicas"]] == 8)
    let text = ForecastTable(many).text
    #expect(text.contains("Cold start: not simulated, because the peak needs 80 replicas, more than 64"), "\(text)")
    #expect(text.components(separatedBy: "Simulated as 8 replicas with their part of the traffic").count == 3, "\(text)")
    settings.coldStart?.startSeconds = 4_000
    let long = Forecaster.forecast(Subjects.chatbot(), settings: settings)
    #expect(long.json["coldStartOmitted"]?.string?.contains("requests, more than 20000") == true)
    #expect(long.json[["steady", "simulatedReplicas"]] == 1 && !ForecastTable(long).text.contains("Simulated as"))
  }

  @Test("A part of the replicas with their part of the traffic sees what all of them see")
  func thinned() throws {
    // Eight of sixteen replicas at the same load each: E2E, which the batch decides, within the intervals' width of all sixteen.
    let settings = Subjects.settings()
    let run = LoadRun(subject: Subjects.chatbot(replicas: 8), settings: settings)
    let whole = run.forecast(rate: 64, replicas: 8, stream: 5, runs: 12)
    let part = run.forecast(rate: 32, replicas: 4, stream: 6, runs: 12)
    let thinned = run.forecast(rate: 128, replicas: 16, stream: 5, runs: 12)
    #expect(thinned.e2e.p95.value == whole.e2e.p95.value && thinned.load == whole.load)
    #expect(abs(part.e2e.p95.value / whole.e2e.p95.value - 1) < 0.05, "\(part.e2e.p95) \(whole.e2e.p95)")
    // Half as many rather wait longer, never much less.
    #expect(part.ttft.p95.value > 0.95 * whole.ttft.p95.value, "\(part.ttft.p95) \(whole.ttft.p95)")
  }

  @Test("Figures that nothing bounds are null for machines and a sign for people")
  func unbounded() {
    let forecast = Forecaster.forecast(Subjects.chatbot(qps: 40, peak: 40), settings: Subjects.settings(samples: 20))
    #expect(forecast.json[["risk", "ttftP95", "boundAt95", "value"]] == .null)
    #expect(forecast.json["basis"] == "simulated")
    let text = ForecastTable(forecast).text
    #expect(text.contains("SATURATED") && text.contains("simulated: seed 3"))
    #expect(!text.contains("nan") && !text.contains("inf"))
  }
}
