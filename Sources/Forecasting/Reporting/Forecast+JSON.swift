import JSON
import Planning

extension Forecast {
  /// For machines: milliseconds, requests per second, USD, chances from 0 to 1. An estimate is `{"value", "low", "high"}` with the ends of
  /// its 95 % interval; an end that the samples do not bound is `null`.
  package var json: JSONValue {
    var value: JSONValue = [
      "basis": "simulated", "seed": .int(Int64(clamping: settings.seed)), "arrivals": .string(settings.arrivals.name),
      "runs": JSONValue(settings.runs), "requestsPerRun": JSONValue(settings.requestsPerRun), "law": .string(subject.lawSource),
      "steady": Self.json(steady), "peak": Self.json(peak), "risk": Self.json(risk),
      "scaling": [
        "steadyQPS": .double(scaling.steadyQPS), "peakQPS": .double(scaling.peakQPS),
        "minReplicas": scaling.minReplicas.map { JSONValue($0) } ?? .null,
        "maxReplicas": scaling.maxReplicas.map { JSONValue($0) } ?? .null,
      ],
    ]
    value["coldStart"] = coldStart.map(Self.json)
    value["coldStartOmitted"] = coldStartOmitted.map { .string($0.description) }
    return value
  }

  private static func json(_ latency: LatencyForecast) -> JSONValue {
    var value: JSONValue = [
      "requestsPerSecond": .double(latency.rate), "replicas": JSONValue(latency.replicas),
      "simulatedReplicas": JSONValue(latency.simulatedReplicas), "load": .double(latency.load),
      "saturated": .bool(latency.isSaturated), "meanBatch": .double(latency.meanBatch),
    ]
    for metric in ServiceLevel.Metric.allCases {
      let figures = latency[metric]
      value[metric.rawValue] = ["p50": json(figures.p50), "p95": json(figures.p95), "p99": json(figures.p99)]
    }
    return value
  }

  private static func json(_ risk: RiskForecast) -> JSONValue {
    var value: JSONValue = [
      "samples": JSONValue(risk.samples), "requestsPerSample": JSONValue(risk.requestsPerSample),
      "assumed": ["trafficSpread": .double(risk.trafficSpread), "latencySpread": .double(risk.latencySpread)],
      "allMet": json(risk.all), "saturated": json(risk.saturated), "costPerMonthUSDp95": json(risk.monthlyUSD),
    ]
    value["overBudget"] = risk.overBudget.map(json)
    for promise in risk.promises {
      value[promise.metric.rawValue + "P95"] = [
        "target": .double(promise.target), "boundAt95": json(promise.bound), "chanceMet": json(promise.chance),
      ]
    }
    return value
  }

  private static func json(_ start: ColdStartForecast) -> JSONValue {
    func phase(_ phase: ColdStartForecast.Phase) -> JSONValue {
      [
        "requests": JSONValue(phase.requests), "ttftP95": number(phase.p95.ttft), "itlP95": number(phase.p95.itl),
        "e2eP95": number(phase.p95.e2e),
      ]
    }
    let assumed = start.assumptions
    return [
      "seconds": .double(assumed.seconds),
      "assumed": [
        "weightsGB": .double(assumed.weightsGB), "bandwidthGBps": .double(assumed.bandwidthGBps),
        "startSeconds": .double(assumed.startSeconds), "reactionSeconds": .double(assumed.reactionSeconds),
      ],
      "fromReplicas": JSONValue(start.from), "toReplicas": JSONValue(start.to), "runs": JSONValue(start.runs),
      "before": phase(start.before), "during": phase(start.during), "after": phase(start.after),
    ]
  }

  private static func json(_ estimate: Estimate) -> JSONValue {
    ["value": number(estimate.value), "low": number(estimate.low), "high": number(estimate.high)]
  }

  /// JSON has no infinity.
  private static func number(_ value: Double) -> JSONValue { value.isFinite ? .double(value) : .null }
}
