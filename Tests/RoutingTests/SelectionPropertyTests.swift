import Routing
import Scheduling
import Testing

@Suite("Selections of random catalogues")
struct SelectionPropertyTests {
  struct World {
    var router: ModelRouter
    var live: LiveFacts
    var request: TaskRequest

    init(seed: UInt64) throws {
      var random = SplitMix64(seed: seed)
      func chance(_ share: Double) -> Bool { random.unit() < share }
      let words = ["tools", "vision", "json"]
      let models = (0..<(1 + Int(random.next() % 20))).map { index in
        Sample.model(
          "m\(random.next() % 1000)-\(index)", quality: random.unit(), tier: QualityTier.allCases[Int(random.next() % 4)],
          price: chance(0.2) ? 0 : random.unit() * 5, tasks: TaskType.allCases.filter { _ in chance(0.5) },
          window: 1 << Int(8 + random.next() % 8), capabilities: words.filter { _ in chance(0.6) },
          memoryGB: chance(0.3) ? random.unit() * 20 : nil, backends: 1 + Int(random.next() % 3))
      }
      router = try Sample.router(models)
      live = LiveFacts(
        backends: router.catalog.backends.map { _ in
          var backend = LiveBackend()
          backend.health = LiveBackend.Health.allCases[Int(random.next() % 4)]
          backend.breaker = chance(0.2) ? .open : chance(0.2) ? .halfOpen : .closed
          (backend.load, backend.queueSeconds, backend.isLoaded) = (random.unit(), random.unit() * 10, chance(0.2))
          if chance(0.5) { backend.latencySeconds[.completion] = random.unit() * 20 }
          return backend
        }, host: LiveHost(memoryPressure: random.unit(), roomBytes: chance(0.8) ? Int64(random.unit() * 16e9) : nil))
      request = TaskRequest(TaskType.allCases[Int(random.next() % 5)])
      request.quality = chance(0.5) ? QualityTier.allCases[Int(random.next() % 4)] : nil
      request.costLimitUSD = chance(0.3) ? random.unit() * 0.01 : nil
      request.maxTokens = chance(0.5) ? Int(random.next() % 4000) : nil
      request.capabilities = words.filter { _ in chance(0.2) }
      request.complexity = TaskComplexity.allCases[Int(random.next() % 3)]
      request.priority = TaskPriority.allCases[Int(random.next() % 4)]
    }
  }

  @Test("Every model is ranked or rejected, nothing chosen breaks a bound, and what is given up is told", arguments: 0..<400)
  func bounds(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let (router, request) = (world.router, world.request)
    let selection = router.select(request, live: world.live)
    let all = (selection.ranked.map(\.model) + selection.rejected.map(\.model)).sorted()
    #expect(all == Array(router.catalog.models.indices), "seed \(seed)")
    for ranked in selection.ranked {
      let facts = router.catalog.models[ranked.model]
      let backend = world.live.backends[ranked.backend]
      #expect(router.catalog.backends[ranked.backend].model == ranked.model)
      #expect(backend.isUsable && Set(request.capabilities).isSubset(of: facts.capabilities), "seed \(seed)")
      #expect(ranked.estimatedCostUSD <= request.costLimitUSD ?? .infinity, "seed \(seed)")
      let fits = backend.isLoaded || world.live.host.roomBytes.map { facts.memoryBytes ?? 0 <= $0 } ?? true
      #expect(fits, "seed \(seed)")
      #expect((0...1).contains(ranked.score), "seed \(seed)")
    }
    #expect(zip(selection.ranked, selection.ranked.dropFirst()).allSatisfy { $0.score >= $1.score }, "seed \(seed)")
    if let chosen = selection.chosen {
      let facts = router.catalog.models[chosen.model]
      #expect(selection.isDegraded == (facts.tasks[request.task] == nil || facts.tier < request.quality ?? .basic), "seed \(seed)")
    }
  }

  @Test("The order of the catalogue does not matter, and the same facts give the same answer", arguments: 0..<100)
  func order(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let models = world.router.catalog.models
    let reversed = ModelRouter(catalog: ModelCatalog(models.reversed()))
    var live = world.live
    live.backends = []
    for index in models.indices.reversed() {
      for backend in world.router.catalog.backends.indices where world.router.catalog.backends[backend].model == index {
        live.backends.append(world.live.backends[backend])
      }
    }
    let first = world.router.select(world.request, live: world.live)
    #expect(first == world.router.select(world.request, live: world.live))
    #expect(world.router.names(first) == reversed.names(reversed.select(world.request, live: live)), "seed \(seed)")
  }

  @Test("A model that goes away does not turn the order of the others", arguments: 0..<100)
  func independence(seed: Int) throws {
    let world = try World(seed: UInt64(seed))
    let all = world.router.select(world.request, live: world.live)
    guard let first = all.chosen, all.ranked.count > 1 else { return }
    let without = world.router.select(world.request, live: world.live, excluding: [first.model])
    #expect(without.ranked == Array(all.ranked.dropFirst()), "seed \(seed)")
  }
}
