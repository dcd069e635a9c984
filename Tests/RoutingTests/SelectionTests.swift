import Routing
import Scheduling
import Testing

@Suite("Which model for a task")
struct SelectionTests {
  let small = Sample.model("small", quality: 0.5, price: 0.2)
  let large = Sample.model("large", quality: 0.9, tier: .exceptional, price: 3)

  @Test("A simple task goes to the cheap model, a complex one to the good one")
  func complexity() throws {
    let router = try Sample.router([small, large])
    #expect(router.chosen(router.select(Sample.request { $0.complexity = .simple })) == "small")
    #expect(router.chosen(router.select(Sample.request { $0.complexity = .complex })) == "large")
  }

  @Test("At low priority cost counts more, at critical priority quality and latency")
  func priority() throws {
    let router = try Sample.router([small, large])
    #expect(router.chosen(router.select(Sample.request { $0.priority = .low })) == "small")
    var live = LiveFacts(backends: [LiveBackend(), LiveBackend()])
    (live.backends[0].queueSeconds, live.backends[1].queueSeconds) = (8, 0)
    #expect(router.chosen(router.select(Sample.request { $0.priority = .critical }, live: live)) == "large")
  }

  @Test("A score is the weighted mean of its four parts")
  func formula() throws {
    let router = try Sample.router([small, large])
    var live = LiveFacts(backends: [LiveBackend(), LiveBackend()])
    live.backends[0].load = 0.25
    live.backends[0].queueSeconds = 1
    live.backends[0].latencySeconds[.completion] = 3
    let selection = router.select(Sample.request { ($0.promptTokens, $0.maxTokens) = (1000, 500) }, live: live)
    let ranked = try #require(selection.ranked.first { $0.model == 0 })
    // 4 s are what halves the latency's utility; 1.6 USD a million is the median price.
    let cost = 1500 * 0.2e-6
    let usual = 1500 * 1.6e-6
    #expect(ranked.terms.quality == 0.5 && ranked.terms.latency == 0.5 && ranked.terms.headroom == 0.75)
    #expect(abs(ranked.terms.cost - usual / (usual + cost)) < 1e-12)
    #expect(abs(ranked.estimatedCostUSD - cost) < 1e-15)
    #expect(abs(ranked.score - (0.4 * 0.5 + 0.25 * 0.5 + 0.25 * ranked.terms.cost + 0.1 * 0.75)) < 1e-12)
    #expect(ranked.isLatencyMeasured && ranked.expectedSeconds == 4)
  }

  @Test("Each hard filter tells why, and how far a model missed it")
  func filters() throws {
    let models = [
      Sample.model("a", capabilities: ["vision"]), Sample.model("short", window: 1000, capabilities: ["vision", "tools"]),
      Sample.model("dear", price: 100, capabilities: ["vision", "tools"]),
      Sample.model("embedder", tasks: [.embedding], capabilities: ["vision", "tools"]),
      Sample.model("big", capabilities: ["vision", "tools"], memoryGB: 40), Sample.model("sick", capabilities: ["vision", "tools"]),
      Sample.model("tripped", capabilities: ["vision", "tools"]), Sample.model("fine", capabilities: ["tools", "vision"]),
    ]
    let router = try Sample.router(models)
    var live = LiveFacts(backends: Array(repeating: LiveBackend(), count: 8), host: LiveHost(roomBytes: 16_000_000_000))
    live.backends[5].health = .unhealthy
    live.backends[6].breaker = .open
    let request = Sample.request {
      ($0.promptTokens, $0.maxTokens, $0.costLimitUSD, $0.capabilities) = (1500, 500, 0.01, ["vision", "tools"])
    }
    let selection = router.select(request, live: live)
    #expect(router.names(selection) == ["fine"])
    #expect(router.reason("a", selection) == .capabilities)
    #expect(router.reason("short", selection) == .contextWindow(needed: 2000, window: 1000))
    #expect(router.reason("dear", selection) == .cost(estimate: 0.2, limit: 0.01))
    #expect(router.reason("embedder", selection) == .task)
    #expect(router.reason("big", selection) == .memory(needed: 40_000_000_000, room: 16_000_000_000))
    #expect(router.reason("sick", selection) == .unhealthy)
    #expect(router.reason("tripped", selection) == .breakerOpen)
    let sentences = selection.rejected.map { router.sentence(for: $0, request: request) }
    #expect(sentences[0] == "a cannot do tools.")
    #expect(sentences[1] == "short holds 1000 tokens, 1000 fewer than the 2000 of prompt and answer.")
    #expect(sentences[2] == "dear would cost $0.20, $0.19 over the limit.")
    #expect(sentences[4] == "big needs 40 GB of memory; there is room for 16 GB.")
  }

  @Test("A capability that no model has leaves nobody, and that is no crash")
  func unknownCapability() throws {
    let router = try Sample.router([small, large])
    let selection = router.select(Sample.request { $0.capabilities = ["telepathy"] })
    #expect(selection.chosen == nil && selection.rejected.count == 2 && !selection.fallbackUsed)
    #expect(router.reasons(for: selection, request: Sample.request()) == ["No model can answer this request."])
  }

  @Test("A quality that nobody can give is lowered by as few tiers as possible, and that is said")
  func relaxedQuality() throws {
    let models = [
      Sample.model("basic", quality: 0.99, tier: .basic, price: 0), Sample.model("good", tier: .good),
      Sample.model("high", quality: 0.1, tier: .high, price: 50),
    ]
    let router = try Sample.router(models)
    let selection = router.select(Sample.request { $0.quality = .exceptional })
    #expect(router.names(selection) == ["high"])
    #expect(selection.relaxed == [.quality(needed: .exceptional, has: .high)])
    #expect(selection.isDegraded && selection.fallbackUsed)
    #expect(router.reason("good", selection) == .quality(has: .good, needed: .exceptional))
    let met = router.select(Sample.request { $0.quality = .good })
    #expect(!met.fallbackUsed && Set(router.names(met)) == ["good", "high"])
  }

  @Test("A task for which nobody is listed goes to one who writes text, and an embedding never does")
  func relaxedTask() throws {
    let router = try Sample.router([small, large])
    let code = router.select(Sample.request(.code))
    #expect(code.chosen != nil && code.relaxed == [.task(.code)])
    #expect(router.select(Sample.request(.embedding)).chosen == nil)
  }

  @Test("Cost limit, memory and capabilities are never relaxed")
  func neverRelaxed() throws {
    let router = try Sample.router([Sample.model("only", price: 10, memoryGB: 10)])
    let live = LiveFacts(host: LiveHost(roomBytes: 9_000_000_000))
    #expect(router.select(Sample.request(), live: live).chosen == nil)
    #expect(router.select(Sample.request { $0.costLimitUSD = 0.001 }).chosen == nil)
    #expect(router.select(Sample.request()).chosen != nil)
  }

  @Test("A better model that cannot be asked at the moment is named")
  func passedOver() throws {
    let router = try Sample.router([small, large])
    var live = LiveFacts(backends: [LiveBackend(), LiveBackend()])
    let request = Sample.request { $0.complexity = .complex }
    #expect(!router.select(request, live: live).fallbackUsed)
    live.backends[1].health = .unhealthy
    let selection = router.select(request, live: live)
    #expect(router.chosen(selection) == "small" && selection.passedOver == 1 && selection.fallbackUsed && !selection.isDegraded)
    #expect(
      router.reasons(for: selection, request: request).first
        == "In place of a better one: large does not answer its health checks.")
    live.backends = [LiveBackend(), LiveBackend()]
    live.backends[0].health = .unhealthy
    #expect(!router.select(request, live: live).fallbackUsed, "a worse one that is away is nobody's loss")
  }

  @Test("A model that is loaded already needs no room")
  func loaded() throws {
    let router = try Sample.router([Sample.model("local", memoryGB: 10)])
    var live = LiveFacts(backends: [LiveBackend()], host: LiveHost(memoryPressure: 0.8, roomBytes: 0))
    #expect(router.select(Sample.request(), live: live).chosen == nil)
    live.backends[0].isLoaded = true
    #expect(router.select(Sample.request(), live: live).chosen?.terms.headroom == 1)
  }

  @Test("Of a model's backends the one is taken that serves soonest and may be asked")
  func backends() throws {
    let router = try Sample.router([Sample.model("m", backends: 3)])
    var live = LiveFacts(backends: Array(repeating: LiveBackend(), count: 3))
    #expect(router.select(Sample.request(), live: live).chosen?.backend == 0)
    live.backends[0].queueSeconds = 2
    live.backends[1].breaker = .open
    live.backends[2].queueSeconds = 1
    #expect(router.select(Sample.request(), live: live).chosen?.backend == 2)
    live.backends[2].health = .unhealthy
    live.backends[0].health = .unhealthy
    #expect(router.reason("m", router.select(Sample.request(), live: live)) == .breakerOpen)
  }

  @Test("Quality may depend on how long the prompt is")
  func steps() throws {
    var model = small
    model.tasks[.completion] = TaskQuality(score: 0.3, steps: [.init(upTo: 100, score: 0.9), .init(upTo: 1000, score: 0.6)])
    let router = try Sample.router([model])
    for (tokens, quality) in [(nil, 0.3), (50, 0.9), (100, 0.9), (101, 0.6), (5000, 0.3)] as [(Int?, Double)] {
      #expect(router.select(Sample.request { $0.promptTokens = tokens }).chosen?.terms.quality == quality)
    }
  }

  @Test("Figures that are none do not turn the order, and give no score that is none")
  func oddFigures() throws {
    let router = try Sample.router([small, large, Sample.model("third", quality: 0.1)])
    for odd in [Double.nan, .infinity, -.infinity, -1] {
      var live = LiveFacts(backends: Array(repeating: LiveBackend(), count: 3), host: LiveHost(memoryPressure: odd))
      (live.backends[1].load, live.backends[1].queueSeconds, live.backends[1].cachePressure) = (odd, odd, odd)
      live.backends[0].latencySeconds[.completion] = odd
      let selection = router.select(Sample.request(), live: live)
      #expect(
        selection.ranked.count == 3 && selection.ranked.allSatisfy { (0...1).contains($0.score) && $0.expectedSeconds >= 0 }, "\(odd)")
    }
  }
}
