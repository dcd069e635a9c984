// What choosing a model costs, and what it chooses: compiled and run by hack/benchmarks/routing.
//
//   routing time MODELS SELECTIONS RULES     prints nanoseconds, one "name value" a line
//   routing choose                           a line of JSON with a file of models and lengths of prompts in, the names that are chosen out
import Glibc
import JSON
import PolicyFormat
import Routing
import Scheduling

func nanoseconds(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Models, live facts and requests by chance, from a seed.
struct World {
  let router: ModelRouter
  var live: LiveFacts
  let requests: [TaskRequest]

  init(models count: Int, rules: Int) throws {
    var random = SplitMix64(seed: 1)
    let words = ["chat", "tools", "json", "vision"]
    let models: [JSONValue] = (0..<count).map { index in
      var tasks: JSONValue = [:]
      for task in TaskType.allCases where random.unit() < 0.7 { tasks[task.rawValue] = .double(random.unit()) }
      tasks["completion"] = .double(random.unit())
      return [
        "name": .string("model-\(index)"), "contextWindow": JSONValue(8192 << Int(random.next() % 5)),
        "qualityTier": .string(QualityTier.allCases[Int(random.next() % 4)].rawValue),
        "capabilities": JSONValue(words.filter { _ in random.unit() < 0.8 }), "tasks": tasks,
        "price": ["inputPerMillionTokensUSD": .double(random.unit() * 3), "outputPerMillionTokensUSD": .double(random.unit() * 10)],
        "backends": [["pool": .string("p\(index)")], ["openai": "https://example.com/v1"]], "labels": ["region": index % 2 == 0 ? "eu" : "us"],
      ]
    }
    let texts: [JSONValue] = [
      ["name": "a", "when": "request.tenant == 'bank'", "require": "model.labels.region == 'eu'"],
      ["name": "b", "exclude": "live.load > 0.98"], ["name": "c", "prefer": "'tools' in model.capabilities", "factor": 1.1],
      ["name": "d", "when": "request.priority == 'low'", "weights": ["cost": 4]],
      ["name": "e", "exclude": "model.contextWindow < 4096 || model.qualityTier == 'none'"],
    ]
    router = try RoutingConfiguration(json: ["models": .array(models), "rules": .array(Array(texts.prefix(rules)))]).router
    live = LiveFacts(
      backends: router.catalog.backends.map { _ in
        var backend = LiveBackend()
        (backend.load, backend.queueSeconds) = (random.unit(), random.unit())
        backend.health = random.unit() < 0.05 ? .unhealthy : .healthy
        for task in TaskType.allCases { backend.latencySeconds[task] = random.unit() * 5 }
        return backend
      }, host: LiveHost(memoryPressure: 0.5, roomBytes: 10_000_000_000))
    requests = (0..<1000).map { _ in
      var request = TaskRequest([.completion, .reasoning, .code, .analysis][Int(random.next() % 4)])
      request.complexity = TaskComplexity.allCases[Int(random.next() % 3)]
      request.priority = TaskPriority.allCases[Int(random.next() % 4)]
      (request.promptTokens, request.maxTokens) = (Int(random.next() % 4000), Int(random.next() % 2000))
      if random.unit() < 0.3 { request.capabilities = ["tools"] }
      if random.unit() < 0.3 { request.tenant = "bank" }
      return request
    }
  }
}

func report(_ name: String, _ times: [UInt64]) {
  let sorted = times.sorted()
  for (label, share) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
    print("\(name).\(label) \(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])")
  }
  print("\(name).mean \(times.reduce(0, +) / UInt64(times.count))")
}

func time(models: Int, selections: Int, rules: Int) throws {
  let world = try World(models: models, rules: rules)
  var checksum = 0
  var cpu: [UInt64] = []
  for index in 0..<selections {
    let start = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
    checksum &+= world.router.select(world.requests[index % 1000], live: world.live).chosen?.model ?? -1
    cpu.append(nanoseconds(CLOCK_THREAD_CPUTIME_ID) - start)
  }
  report("cpu", cpu)
  // 10,000 a second on one thread, each from the moment at which it was due.
  var wall: [UInt64] = []
  let begin = nanoseconds(CLOCK_MONOTONIC) + 1_000_000
  for index in 0..<min(selections, 20_000) {
    let due = begin + UInt64(index) * 100_000
    while nanoseconds(CLOCK_MONOTONIC) < due {
      var until = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nil)
    }
    checksum &+= world.router.select(world.requests[index % 1000], live: world.live).chosen?.model ?? -1
    wall.append(nanoseconds(CLOCK_MONOTONIC) - due)
  }
  report("wall", wall)
  print("checksum \(checksum)")
}

func choose() throws {
  while let line = readLine() {
    let json = try JSONValue(parsing: Array(line.utf8))
    let router = try RoutingConfiguration(json: json["file"] ?? .null).router
    let names: [JSONValue] = (json["promptTokens"]?.array ?? []).map { tokens in
      var request = TaskRequest(.completion)
      (request.promptTokens, request.maxTokens) = (tokens.int, json["maxTokens"]?.int)
      let chosen = router.select(request).chosen
      return chosen.map { .string(router.catalog.models[$0.model].name) } ?? .null
    }
    print(JSONValue.array(names).text())
    // Whoever asks reads line by line.
    fflush(nil)
  }
}

let arguments = CommandLine.arguments
if arguments.count == 5, arguments[1] == "time", let models = Int(arguments[2]), let selections = Int(arguments[3]), let rules = Int(arguments[4]) {
  try time(models: models, selections: selections, rules: rules)
} else {
  try choose()
}
