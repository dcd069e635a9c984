import JSON
import Planning

/// A plan as `status.plan` holds it: written for people, read again so that a plan stays while its inputs do.
extension CapacityPlan {
  /// `2 × 1 H100`: replicas, and the GPUs of each.
  package var configuration: String { "\(replicas) × \(gpusPerReplica) \(accelerator)" }

  package var statusJSON: JSONValue {
    var json: JSONValue = [
      "model": .string(model), "accelerator": .string(accelerator), "acceleratorNodeLabel": .string(acceleratorNodeLabel),
      "configuration": .string(configuration), "gpuCount": JSONValue(gpuCount), "gpusPerReplica": JSONValue(gpusPerReplica),
      "tensorParallel": JSONValue(tensorParallel), "replicas": JSONValue(replicas), "minReplicas": JSONValue(minReplicas),
      "maxReplicas": JSONValue(maxReplicas), "strategy": .string(strategy.rawValue),
      "promptTokens": JSONValue(traffic.profile.promptTokens), "outputTokens": JSONValue(traffic.profile.outputTokens),
      "expectedQPS": .double(traffic.steadyQPS), "peakQPS": .double(traffic.peakQPS), "trafficDerivation": .string(traffic.derivation),
      "predicted": predicted.statusJSON, "target": target.statusJSON,
      "requestsPerSecondPerReplica": .double(requestsPerSecondPerReplica), "capacityLowerBound": .bool(isCapacityLowerBound),
    ]
    if let typical {
      json["typical"] = ["batch": .double(typical.batch), "ttft": .double(typical.ttft), "itl": .double(typical.itl)]
    }
    json["costPerHourUSD"] = .double(cost.perHourUSD)
    json["costPerMonthUSD"] = .double(cost.perMonthUSD)
    json["costPerThousandTokensUSD"] = .double(cost.perThousandTokensUSD)
    if let pricing { json["pricing"] = pricing.statusJSON }
    json["confidence"] = .string(confidence.rawValue)
    json["basis"] = .string(basis.rawValue)
    json["source"] = .string(source)
    json["scores"] = scores.statusJSON
    json["why"] = JSONValue(Array(why.prefix(32)))
    json["inputsDigest"] = .string(inputsDigest)
    return json
  }

  /// Reads what ``statusJSON`` wrote; `nil` when anything is missing, as after an upgrade: then it is planned anew.
  package init?(statusJSON json: JSONValue?) {
    guard let json, let predicted = ServiceLevel(statusJSON: json["predicted"]), let target = ServiceLevel(statusJSON: json["target"]),
      let traffic = Traffic(statusJSON: json), let cost = Cost(statusJSON: json), let scores = Scores(statusJSON: json["scores"]),
      let model = json["model"]?.string, let accelerator = json["accelerator"]?.string,
      let nodeLabel = json["acceleratorNodeLabel"]?.string, let gpusPerReplica = json["gpusPerReplica"]?.int,
      let tensorParallel = json["tensorParallel"]?.int, let replicas = json["replicas"]?.int, let gpuCount = json["gpuCount"]?.int,
      let strategy = json["strategy"]?.string.flatMap(Strategy.init(rawValue:)),
      let rate = json["requestsPerSecondPerReplica"]?.double, let isLowerBound = json["capacityLowerBound"]?.bool,
      let confidence = json["confidence"]?.string.flatMap(Confidence.init(rawValue:)),
      let basis = json["basis"]?.string.flatMap(Benchmark.Kind.init(rawValue:)), let source = json["source"]?.string,
      let minReplicas = json["minReplicas"]?.int, let maxReplicas = json["maxReplicas"]?.int,
      let digest = json["inputsDigest"]?.string
    else { return nil }
    self.init(
      model: model, accelerator: accelerator, acceleratorNodeLabel: nodeLabel, gpusPerReplica: gpusPerReplica,
      tensorParallel: tensorParallel, replicas: replicas, gpuCount: gpuCount, strategy: strategy, predicted: predicted, target: target,
      traffic: traffic, requestsPerSecondPerReplica: rate, isCapacityLowerBound: isLowerBound, cost: cost, confidence: confidence,
      basis: basis, source: source, typical: Typical(statusJSON: json["typical"]), minReplicas: minReplicas, maxReplicas: maxReplicas,
      scores: scores,
      why: json["why"]?.strings ?? [], inputsDigest: digest)
    pricing = PlanPricing(statusJSON: json["pricing"])
  }
}

extension CapacityPlan.Typical {
  fileprivate init?(statusJSON json: JSONValue?) {
    guard let batch = json?["batch"]?.double, let ttft = json?["ttft"]?.double, let itl = json?["itl"]?.double else { return nil }
    self.init(batch: batch, ttft: ttft, itl: itl)
  }
}

extension ServiceLevel {
  package var statusJSON: JSONValue { ["ttftP95": .double(ttft), "itlP95": .double(itl), "e2eP95": .double(e2e)] }

  init?(statusJSON json: JSONValue?) {
    guard let ttft = json?["ttftP95"]?.double, let itl = json?["itlP95"]?.double, let e2e = json?["e2eP95"]?.double else { return nil }
    self.init(ttft: ttft, itl: itl, e2e: e2e)
  }
}

extension Traffic {
  fileprivate init?(statusJSON json: JSONValue) {
    guard let prompt = json["promptTokens"]?.int, let output = json["outputTokens"]?.int, let steady = json["expectedQPS"]?.double,
      let peak = json["peakQPS"]?.double
    else { return nil }
    let profile = TrafficProfile(promptTokens: prompt, outputTokens: output)
    self.init(profile: profile, steadyQPS: steady, peakQPS: peak, derivation: json["trafficDerivation"]?.string ?? "")
  }
}

extension CapacityPlan.Cost {
  fileprivate init?(statusJSON json: JSONValue) {
    guard let hour = json["costPerHourUSD"]?.double, let month = json["costPerMonthUSD"]?.double,
      let tokens = json["costPerThousandTokensUSD"]?.double
    else { return nil }
    self.init(perHourUSD: hour, perMonthUSD: month, perThousandTokensUSD: tokens)
  }
}

extension Scores {
  fileprivate var statusJSON: JSONValue {
    [
      "quality": .double(quality), "cost": .double(cost), "latency": .double(latency), "simplicity": .double(simplicity),
      "balanced": .double(balanced),
    ]
  }

  fileprivate init?(statusJSON json: JSONValue?) {
    guard let quality = json?["quality"]?.double, let cost = json?["cost"]?.double, let latency = json?["latency"]?.double,
      let simplicity = json?["simplicity"]?.double, let balanced = json?["balanced"]?.double
    else { return nil }
    self.init(quality: quality, cost: cost, latency: latency, simplicity: simplicity, balanced: balanced)
  }
}
