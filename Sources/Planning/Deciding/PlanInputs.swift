/// A request with every name resolved, every default filled in and every number checked.
struct PlanInputs {
  let request: PlanRequest
  let useCase: UseCase?
  /// The place of the requested model in the knowledge; `nil` for any model.
  let model: Int?
  /// The places of models that must not be used.
  let excludedModels: Set<Int>
  /// The places of the allowed accelerators; `nil` for any.
  let accelerators: Set<Int>?
  let traffic: Traffic
  let target: ServiceLevel
  let digest: String

  init(resolving request: PlanRequest, in knowledge: Knowledge) throws(PlanProblem) {
    try request.checkNumbers()
    let workload = request.workload
    let useCase: UseCase? = if let name = workload.useCase { try knowledge.useCase(named: name) } else { nil }
    model = if let name = workload.model { try knowledge.modelIndex(named: name) } else { nil }
    excludedModels = try Self.excluded(by: request, model, in: knowledge)
    var allowed: Set<Int> = []
    for name in request.hardware.gpuTypes { allowed.insert(try knowledge.acceleratorIndex(named: name)) }
    accelerators = allowed.isEmpty ? nil : allowed
    target = try Self.target(of: workload, useCase)
    traffic = try Traffic(of: workload, useCase)
    self.request = request
    self.useCase = useCase
    digest = request.digest
  }

  private static func excluded(by request: PlanRequest, _ model: Int?, in knowledge: Knowledge) throws(PlanProblem) -> Set<Int> {
    var excluded: Set<Int> = []
    for name in request.models.excluded { excluded.formUnion(try knowledge.modelPlaces(excludedAs: name)) }
    if let model, excluded.contains(model) {
      throw .contradiction(
        "model", "planning.excludedModels", advice: "\(knowledge.models[model].id) is asked for and excluded; drop one of the two")
    }
    return excluded
  }

  private static func target(of workload: Workload, _ useCase: UseCase?) throws(PlanProblem) -> ServiceLevel {
    func value(_ override: Double?, _ metric: ServiceLevel.Metric) throws(PlanProblem) -> Double {
      if let value = override ?? useCase?.serviceLevel[metric] { return value }
      throw .missing(field: "slo.\(metric.rawValue)P95", advice: "set it in milliseconds, or set useCase, which brings it")
    }
    let overrides = workload.serviceLevel
    return ServiceLevel(ttft: try value(overrides.ttft, .ttft), itl: try value(overrides.itl, .itl), e2e: try value(overrides.e2e, .e2e))
  }

  /// The model's name for people and manifests: as the request spells it, else as the row does.
  func modelName(for name: String) -> String {
    guard let asked = request.workload.model, asked.lowercased() == name.lowercased() else { return name }
    return asked
  }
}

extension Traffic {
  /// Steady = users × active fraction × requests per active user and minute ÷ 60, or the expected rate where it is given;
  /// peak = steady × the use case's multiplier, or the peak rate where it is given.
  init(of workload: Workload, _ useCase: UseCase?) throws(PlanProblem) {
    func tokens(_ override: Int?, _ path: KeyPath<TrafficProfile, Int>, _ name: String) throws(PlanProblem) -> Int {
      if let tokens = override ?? useCase?.profile[keyPath: path] { return tokens }
      throw .missing(field: "traffic.\(name)", advice: "set it, or set useCase, which brings it")
    }
    profile = TrafficProfile(
      promptTokens: try tokens(workload.promptTokens, \.promptTokens, "promptTokens"),
      outputTokens: try tokens(workload.outputTokens, \.outputTokens, "outputTokens"))
    var derivation: String
    if let expected = workload.expectedQPS {
      steadyQPS = expected
      derivation = "\(Figure(expected)) requests/s expected"
    } else if let users = workload.concurrentUsers, let useCase {
      steadyQPS = users * useCase.activeFraction * useCase.requestsPerActiveUserPerMinute / 60
      derivation =
        "\(Figure(steadyQPS)) requests/s expected = \(Figure(users)) users × \(Figure(useCase.activeFraction)) active"
        + " × \(Figure(useCase.requestsPerActiveUserPerMinute)) requests a minute ÷ 60"
    } else if workload.concurrentUsers != nil {
      throw .missing(field: "useCase", advice: "it tells how many requests a user sends; or set traffic.expectedQPS")
    } else {
      throw .missing(field: "traffic.expectedQPS", advice: "set it, or traffic.concurrentUsers")
    }
    let multiplier = useCase?.peakMultiplier ?? 1
    peakQPS = workload.peakQPS ?? steadyQPS * multiplier
    if workload.peakQPS != nil {
      derivation += "; \(Figure(peakQPS)) at the peak"
    } else {
      derivation += "; \(Figure(peakQPS)) at the peak, × \(Figure(multiplier))"
    }
    self.derivation = derivation
    if peakQPS < steadyQPS {
      throw .contradiction(
        "traffic.peakQPS", workload.expectedQPS == nil ? "traffic.concurrentUsers" : "traffic.expectedQPS",
        advice:
          "the peak of \(Figure(peakQPS)) requests/s is below the steady rate of \(Figure(steadyQPS)); write at least that, or leave it out"
      )
    }
  }
}
