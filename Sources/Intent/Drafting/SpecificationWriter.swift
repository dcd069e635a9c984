import JSON
import Planning

/// A request to the planner as a ModelDeployment: what `podium plan -f` and `kubectl apply -f` read.
package enum SpecificationWriter {
  package static func manifest(of request: PlanRequest, name: String? = nil) -> JSONValue {
    let useCase = request.workload.useCase ?? "model"
    let name = name ?? String(useCase.map { $0 == "_" ? "-" : $0 })
    return [
      "apiVersion": "qos.maas.io/v1", "kind": "ModelDeployment", "metadata": ["name": .string(name)], "spec": spec(of: request),
    ]
  }

  /// Only what is set; defaults are left to whoever reads it.
  package static func spec(of request: PlanRequest) -> JSONValue {
    let workload = request.workload
    var spec: JSONValue = [:]
    spec["model"] = workload.model.map { .string($0) }
    spec["useCase"] = workload.useCase.map { .string($0) }
    spec["traffic"] = object([
      ("expectedQPS", workload.expectedQPS),
      ("concurrentUsers", workload.expectedQPS == nil ? workload.concurrentUsers : nil), ("peakQPS", workload.peakQPS),
      ("promptTokens", workload.promptTokens.map(Double.init)), ("outputTokens", workload.outputTokens.map(Double.init)),
    ])
    let slo = workload.serviceLevel
    spec["slo"] = object([("ttftP95", slo.ttft), ("itlP95", slo.itl), ("e2eP95", slo.e2e)])
    spec["objective"] = .string(request.objective.rawValue)
    var budget = object([("maxMonthlyUSD", request.budget.maxMonthlyUSD), ("maxHourlyUSD", request.budget.maxHourlyUSD)]) ?? [:]
    budget["policy"] = request.budget.policy.map { .string($0.rawValue) }
    if budget != [:] { spec["budget"] = budget }
    var hardware: JSONValue = [:]
    if !request.hardware.gpuTypes.isEmpty { hardware["gpuTypes"] = JSONValue(request.hardware.gpuTypes) }
    hardware["maxGPUs"] = request.hardware.maxGPUs.map { JSONValue($0) }
    hardware["maxTensorParallel"] = request.hardware.maxTensorParallel.map { JSONValue($0) }
    if hardware != [:] { spec["hardware"] = hardware }
    spec["pricing"] = pricing(request.pricing)
    spec["planning"] = planning(request)
    return spec
  }

  /// Whole numbers without a fraction; `nil` when nothing is set.
  static func object(_ members: [(String, Double?)]) -> JSONValue? {
    let set = members.compactMap { name, value -> (String, JSONValue)? in
      guard let value else { return nil }
      return (name, Int64(exactly: value).map { .int($0) } ?? .double(value))
    }
    return set.isEmpty ? nil : .object(JSONObject(set))
  }
}
