import JSON
import QoSAPI

/// Arguments of `vllm serve` (0.33) that follow from the plan.
enum VLLMArguments {
  static func list(for intent: ServingIntent) -> [String] {
    let serving = intent.deployment.serving
    var arguments = [
      "--tensor-parallel-size=\(intent.plan.tensorParallel)",
      // Without it the priority of a request is ignored.
      "--scheduling-policy=priority",
      "--shutdown-timeout=\(shutdownSeconds(intent))",
      "--custom-histogram-buckets=\(histogramBuckets(intent).text())",
    ]
    // Where the row behind the plan was saturated, more requests at a time would break its latencies.
    if !intent.plan.isCapacityLowerBound { arguments.append("--max-num-seqs=\(intent.requestsPerReplica)") }
    if let quantization = serving.quantization { arguments.append("--quantization=\(quantization)") }
    if !serving.loraAdapters.isEmpty {
      arguments += ["--enable-lora", "--max-loras=\(serving.loraAdapters.count)", "--lora-modules"]
      arguments += serving.loraAdapters.map { "\($0.name)=\($0.uri)" }
    }
    return arguments + serving.args
  }

  /// How long a stopping server works on what it has: twice the time a whole answer may take, half a minute to ten minutes.
  static func shutdownSeconds(_ intent: ServingIntent) -> Int {
    min(600, max(30, Int((intent.plan.target.e2e * 2 / 1000).rounded(.up))))
  }

  /// Boundaries at the targets: vLLM's own buckets miss most of them, and a share of requests within a target can only be
  /// counted where a bucket ends.
  static func histogramBuckets(_ intent: ServingIntent) -> JSONValue {
    let target = intent.plan.target
    return [
      "time_to_first_token": boundaries(around: target.ttft),
      "inter_token_latency": boundaries(around: target.itl),
      "request_latency": boundaries(around: target.e2e),
    ]
  }

  /// In seconds: fractions and multiples of the target, exact to a tenth of a millisecond.
  private static func boundaries(around milliseconds: Double) -> JSONValue {
    .array([0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8, 16].map { .double(($0 * milliseconds * 10).rounded() / 10_000) })
  }
}
