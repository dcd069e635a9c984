// What plans cost, and how far predictions are from measured rows: compiled and run by hack/benchmarks/planner and accuracy.
//
//   planning FACTS plan ROUNDS       CPU milliseconds, one "name value" a line
//   planning FACTS accuracy          errors by what was left out, as "title<TAB>figure<TAB>rows<TAB>mean %<TAB>median %"
//   planning FACTS pairs             the errors of rooflines for each pair of model and GPU that was left out
//   planning FACTS tails             predicted ÷ measured p95s of loads, by what they are of
//   planning FACTS efficiency        the factors of rooflines, fitted to the measured rows
// FACTS is the knowledge base as lines of cells, written by planning.py beside this file.
import Glibc
import Planning

func cpuMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
}

/// The most memory that the process ever had, in MB.
func peakMegabytes() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1024
}

struct Facts {
  var useCases: [UseCase] = []
  var accelerators: [Accelerator] = []
  var models: [ModelEntry] = []
  var rows: [Benchmark] = []
  var steps: [QualityTable.Step] = []
  var bonuses: [String: [String: Double]] = [:]

  init(file: String) {
    guard let stream = fopen(file, "r") else {
      print("cannot read \(file)")
      exit(66)
    }
    defer { fclose(stream) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    while getline(&line, &capacity, stream) > 0 {
      guard let line else { break }
      add(String(cString: line).dropLast().split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
    }
    free(line)
  }

  private mutating func add(_ cells: [String]) {
    func number(_ place: Int) -> Double? { Double(cells[place]) }
    func count(_ place: Int) -> Int { Int(cells[place]) ?? 0 }
    func list(_ place: Int) -> [String] { cells[place].split(separator: "|").map(String.init) }
    func latency(_ place: Int) -> Benchmark.Latency { .init(mean: number(place), p95: number(place + 1)) }
    switch cells[0] {
    case "accelerator":
      accelerators.append(
        Accelerator(
          name: cells[1], aliases: list(2), nodeLabel: cells[3], memoryGB: count(4), pricePerHourUSD: number(5), source: "shipped"))
    case "model":
      models.append(
        ModelEntry(
          id: cells[1], aliases: list(2), parametersBillions: number(3) ?? 0, contextLength: count(4), minimumMemoryGB: count(5),
          recommendedFor: []))
    case "useCase":
      useCases.append(
        UseCase(
          name: cells[1], summary: "", profile: TrafficProfile(promptTokens: count(2), outputTokens: count(3)),
          serviceLevel: ServiceLevel(ttft: number(4) ?? 0, itl: number(5) ?? 0, e2e: number(6) ?? 0), experienceClass: "",
          activeFraction: number(7) ?? 0, requestsPerActiveUserPerMinute: number(8) ?? 0, peakMultiplier: number(9) ?? 1))
    case "step": steps.append(.init(billions: number(1) ?? 0, score: number(2) ?? 0))
    case "bonus": bonuses[cells[1], default: [:]][cells[2]] = number(3)
    default:
      rows.append(
        Benchmark(
          kind: Benchmark.Kind(rawValue: cells[0]) ?? .measured, model: cells[1], accelerator: cells[2], gpus: count(3),
          profile: TrafficProfile(promptTokens: count(4), outputTokens: count(5)), concurrency: Int(cells[6]),
          requestsPerSecond: number(7), ttft: latency(8), itl: latency(10), e2e: latency(12), source: cells[15],
          precision: cells[14].isEmpty ? nil : cells[14]))
    }
  }

  func knowledge() -> Knowledge {
    Knowledge(
      useCases: useCases, accelerators: accelerators, models: models, benchmarks: rows,
      quality: QualityTable(steps: steps, bonuses: bonuses))
  }
}

/// CPU time of every use case's plan at a confidence: the mean, and the slowest.
func timePlans(_ knowledge: Knowledge, _ confidence: CapacityPlan.Confidence?, rounds: Int) -> (mean: Double, most: Double, viable: Int) {
  var (total, most, viable) = (0.0, 0.0, 0)
  for useCase in knowledge.useCases {
    let request = PlanRequest(workload: Workload(useCase: useCase.name, expectedQPS: 10), minimumConfidence: confidence)
    var least = Double.infinity
    for _ in 0..<rounds {
      let start = cpuMilliseconds()
      let result = try? Planner.plan(request, knowledge: knowledge)
      least = min(least, cpuMilliseconds() - start)
      if case .planned(let recommendation) = result { viable = max(viable, recommendation.viable.count) }
    }
    total += least
    most = max(most, least)
  }
  return (total / Double(knowledge.useCases.count), most, viable)
}

func plan(_ facts: Facts, rounds: Int) {
  let before = peakMegabytes()
  var knowledge = facts.knowledge()
  var build = Double.infinity
  for _ in 0..<rounds {
    let start = cpuMilliseconds()
    knowledge = facts.knowledge()
    build = min(build, cpuMilliseconds() - start)
  }
  print("rows \(facts.rows.count)")
  print("index \(build)")
  for (name, confidence) in [("default", nil), ("interpolated", .interpolated), ("estimated", .estimated)] as [(String, CapacityPlan.Confidence?)] {
    let (mean, most, viable) = timePlans(knowledge, confidence, rounds: rounds)
    print("\(name) \(mean) \(most) \(viable)")
  }
  print("memory \(peakMegabytes()) \(before)")
}

func accuracy(_ knowledge: Knowledge) {
  func report(_ title: String, _ errors: CrossValidation.Errors) {
    for (name, values) in [("time per output token", errors.itl), ("TTFT", errors.ttft), ("throughput", errors.throughput)] {
      print("\(title)\t\(name)\t\(values.count)\t\(CrossValidation.Errors.mean(values) * 100)\t\(CrossValidation.Errors.median(values) * 100)")
    }
  }
  for fold in CrossValidation.Fold.allCases { report(fold.rawValue, CrossValidation.errors(leavingOut: fold, of: knowledge)) }
  for kind in [Benchmark.Kind.estimated, .simulated] { report(kind.rawValue, CrossValidation.errors(ofRows: kind, in: knowledge)) }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  print("usage: planning FACTS plan ROUNDS | planning FACTS accuracy | planning FACTS efficiency")
  exit(64)
}
let facts = Facts(file: arguments[1])
switch arguments[2] {
case "plan": plan(facts, rounds: Int(arguments.last ?? "") ?? 5)
case "accuracy": accuracy(facts.knowledge())
case "pairs":
  for (model, accelerator, errors) in CrossValidation.errorsByPair(of: facts.knowledge()) {
    let figures = [errors.itl, errors.ttft].flatMap { [CrossValidation.Errors.mean($0) * 100, ($0.max() ?? 0) * 100] }
    print(([model, accelerator, "\(errors.itl.count)"] + figures.map { "\($0)" }).joined(separator: "\t"))
  }
case "tails":
  let ratios = TailValidation.ratios(of: facts.rows)
  for (name, values) in [("TTFT p95", ratios.ttft), ("ITL p95", ratios.itl), ("E2E p95", ratios.e2e)] {
    print("\(name)\t\(values.count)\t\(CrossValidation.Errors.mean(values.map { abs($0 - 1) }) * 100)\t\(CrossValidation.Errors.median(values))")
  }
default:
  let efficiency = CrossValidation.efficiency(of: facts.knowledge())
  print("decode: \(efficiency.decode), prefill: \(efficiency.prefill)")
}
