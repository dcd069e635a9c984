import JSON
import Kubernetes

extension ModelDeployment {
  /// Longer names would make those of the objects made from it too long for KEDA.
  package static let maximumNameLength = 44

  /// Reads `object`; throws everything that is wrong with it.
  package init(_ object: KubeObject) throws(FieldProblems) {
    var spec = FieldReader(object["spec"] ?? [:], path: "spec")
    self.object = object
    model = spec.string("model")
    useCase = spec.string("useCase")
    if !spec.has("traffic") { spec.report("traffic", "is missing; set traffic.expectedQPS or traffic.concurrentUsers") }
    traffic = spec.object("traffic", Traffic.init) ?? Traffic()
    slo = spec.object("slo", LatencyTargets.init) ?? LatencyTargets()
    objective = spec.choice("objective", Objective.self) ?? .balanced
    budget = spec.object("budget", Budget.init) ?? Budget()
    hardware = spec.object("hardware", Hardware.init) ?? Hardware(gpuTypes: [])
    pricing = spec.object("pricing", Pricing.init)
    serving = spec.object("serving", Serving.init) ?? Serving(runtime: .vllm, loraAdapters: [], args: [])
    autoscaling = spec.object("autoscaling", Autoscaling.init) ?? Autoscaling()
    fallbacks = spec.strings("fallbacks")
    planning = spec.object("planning", Planning.init) ?? Planning()
    approval = spec.choice("approval", Approval.self) ?? .automatic
    rollout = spec.object("rollout", Rollout.init) ?? Rollout()
    exposure = spec.object("exposure", Exposure.init) ?? Exposure()
    availability = spec.object("availability", Availability.init) ?? Availability()
    networkAccess = spec.object("networkPolicy", NetworkAccess.init)
    ineffectiveFields = Self.ineffectiveFields(spec)
    if fallbacks.contains(object.name) { spec.report("fallbacks", "must name other ModelDeployments; remove \"\(object.name)\"") }
    if useCase == nil { Self.checkWithoutUseCase(traffic, slo, &spec) }
    var problems = spec.problems
    if object.name.utf8.count > Self.maximumNameLength {
      problems.insert(FieldProblem("metadata.name", "is longer than \(Self.maximumNameLength) characters; choose a shorter one"), at: 0)
    }
    guard problems.isEmpty else { throw FieldProblems(problems) }
  }

  private static func checkWithoutUseCase(_ traffic: Traffic, _ slo: LatencyTargets, _ spec: inout FieldReader) {
    if traffic.concurrentUsers != nil {
      spec.report("useCase", "is missing; traffic.concurrentUsers needs it, or set traffic.expectedQPS instead")
    }
    if traffic.promptTokens == nil || traffic.outputTokens == nil {
      spec.report("useCase", "is missing; set it, or traffic.promptTokens and traffic.outputTokens")
    }
    if slo.ttft == nil || slo.itl == nil || slo.e2e == nil {
      spec.report("useCase", "is missing; set it, or slo.ttftP95, slo.itlP95 and slo.e2eP95")
    }
  }

  private static func ineffectiveFields(_ spec: FieldReader) -> [String] {
    var fields: [String] = []
    if spec.json[["traffic", "burstiness"]] != nil { fields.append("traffic.burstiness") }
    return fields
  }
}

extension ModelDeployment.Traffic {
  init?(_ reader: inout FieldReader) {
    expectedQPS = reader.number("expectedQPS", 0.000_001...1_000_000)
    concurrentUsers = reader.int("concurrentUsers", 1...1_000_000_000)
    peakQPS = reader.number("peakQPS", 0.000_001...1_000_000)
    promptTokens = reader.int("promptTokens", 1...10_000_000)
    outputTokens = reader.int("outputTokens", 1...10_000_000)
    if reader.has("expectedQPS") == reader.has("concurrentUsers") {
      reader.report("expectedQPS", "set exactly one of traffic.expectedQPS (requests per second) and traffic.concurrentUsers (people)")
    }
    if let peakQPS, let expectedQPS, peakQPS < expectedQPS {
      reader.report("peakQPS", "is below expectedQPS; raise it, or leave it out")
    }
  }
}

extension ModelDeployment.Budget {
  init?(_ reader: inout FieldReader) {
    maxMonthlyUSD = reader.number("maxMonthlyUSD", 0.01...1_000_000_000_000)
    maxHourlyUSD = reader.number("maxHourlyUSD", 0.000_01...1_000_000_000)
    policy = reader.choice("policy", Policy.self)
  }
}

extension ModelDeployment.Hardware {
  init?(_ reader: inout FieldReader) {
    gpuTypes = reader.strings("gpuTypes")
    maxGPUs = reader.int("maxGPUs", 1...1_000_000)
    maxTensorParallel = reader.int("maxTensorParallel", 1...1024)
  }
}

extension ModelDeployment.Autoscaling {
  init?(_ reader: inout FieldReader) {
    minReplicas = reader.int("minReplicas", 0...10_000)
    maxReplicas = reader.int("maxReplicas", 1...10_000)
    if let minReplicas, let maxReplicas, minReplicas > maxReplicas {
      reader.report("minReplicas", "is above maxReplicas; lower it or raise maxReplicas")
    }
  }
}

extension ModelDeployment.Serving {
  init?(_ reader: inout FieldReader) {
    runtime = reader.choice("runtime", Runtime.self) ?? .vllm
    platform = reader.choice("platform", Platform.self)
    image = reader.string("image")
    storageUri = reader.string("storageUri")
    quantization = reader.string("quantization")
    loraAdapters = reader.objects("loraAdapters") { reader in
      guard let name = reader.requiredString("name"), let uri = reader.requiredString("uri") else { return nil }
      return LoRAAdapter(name: name, uri: uri)
    }
    args = reader.strings("args")
    if runtime == .simulator {
      if platform == .llmInferenceService {
        reader.report("platform", "runtime simulator loads no weights, which an LLMInferenceService needs; use KServe or Deployment")
      }
      for key in ["storageUri", "quantization", "loraAdapters"] where reader.has(key) {
        reader.report(key, "runtime simulator loads no weights; remove it, or use runtime vllm")
      }
    }
  }
}
