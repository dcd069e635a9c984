import JSON
import QoSAPI

/// Arguments of `vllm serve` (0.33) that follow from the plan.
package enum VLLMArguments {
  static func list(for intent: ServingIntent) -> [String] {
    let serving = intent.deployment.serving
    var arguments = [
      "--tensor-parallel-size=\(intent.plan.tensorParallel)",
      // Without it the priority of a request is ignored.
      "--scheduling-policy=priority",
      "--shutdown-timeout=\(Drain.shutdownSeconds(intent))",
      "--custom-histogram-buckets=\(histogramBuckets(intent).text())",
    ]
    let bound = QueueBound(intent)
    // Where the row behind the plan was saturated, more requests at a time would break its latencies.
    if !intent.plan.isCapacityLowerBound { arguments.append("--max-num-seqs=\(intent.requestsPerReplica)") }
    arguments.append("--max-num-queued-reqs=\(bound.requests)")
    if let tokens = bound.tokens { arguments.append("--max-num-queued-tokens=\(tokens)") }
    if let quantization = serving.quantization { arguments.append("--quantization=\(quantization)") }
    if !serving.loraAdapters.isEmpty, !intent.platformLoadsAdapters {
      arguments += ["--enable-lora", "--max-loras=\(serving.loraAdapters.count)", "--lora-modules"]
      arguments += serving.loraAdapters.map { "\($0.name)=\(path($0.uri))" }
    }
    return arguments + serving.args
  }

  /// Why the adapters cannot be loaded; `nil` when they can.
  package static func obstacle(_ intent: ServingIntent) -> String? {
    guard intent.deployment.serving.runtime == .vllm, !intent.platformLoadsAdapters else { return nil }
    let foreign = intent.deployment.serving.loraAdapters.first { adapter in
      guard let scheme = adapter.uri.firstRange(of: "://") else { return false }
      return adapter.uri[..<scheme.lowerBound] != "hf" || adapter.uri[scheme.upperBound...].contains(":")
    }
    guard let foreign else { return nil }
    let other =
      intent.platform == .llmInferenceService ? "give every adapter a scheme, and KServe fetches them" : "use platform LLMInferenceService"
    return
      "spec.serving.loraAdapters: vLLM cannot fetch \(foreign.uri) of \(foreign.name): write hf://ORG/NAME without a revision, or a path "
      + "in the server's container; or \(other)"
  }

  /// vLLM takes a path or an id of Hugging Face, and no scheme.
  private static func path(_ uri: String) -> String { uri.hasPrefix("hf://") ? String(uri.dropFirst(5)) : uri }

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

/// How many requests a model server takes before it answers 503: the last wall, behind our own scheduler, for whatever goes around it.
///
/// It is never below what our scheduler sends: a refusal of the engine counts as its failure.
struct QueueBound: Equatable {
  /// The most that vLLM 0.33 runs at a time unless it is told.
  static let engineDefault = 1024

  /// Waiting and running: what runs at a time, as much again, and what can start within the promised time to the first token.
  let requests: Int
  /// Tokens of prompts that wait for their first token: time to the first token × rate of reading prompts; `nil` when the rate is not
  /// known. Never below what the running requests bring.
  let tokens: Int?

  init(_ intent: ServingIntent) {
    let plan = intent.plan
    let running = plan.isCapacityLowerBound ? Self.engineDefault : intent.requestsPerReplica
    let starting = max(1, Int((plan.requestsPerSecondPerReplica * plan.target.ttft / 1000).rounded(.up)))
    requests = 2 * running + starting
    guard !plan.isCapacityLowerBound, let typical = plan.typical, typical.ttft > 0 else {
      tokens = nil
      return
    }
    let promptTokens = plan.traffic.profile.promptTokens
    tokens = max(2 * running * promptTokens, Int(Double(promptTokens) * plan.target.ttft / typical.ttft))
  }
}

/// How a pod ends without cutting off what it answers: it leaves the endpoints, waits until everybody has noticed, works on what it
/// has, and only then may be killed.
enum Drain {
  /// For endpoints to leave every proxy's table.
  static let unpublishSeconds = 5

  /// How long a stopping server works on what it has: twice the time a whole answer may take, half a minute to ten minutes.
  static func shutdownSeconds(_ intent: ServingIntent) -> Int {
    min(600, max(30, Int((intent.plan.target.e2e * 2 / 1000).rounded(.up))))
  }

  /// Longer than the server drains, so that a request in progress is not cut off.
  static func graceSeconds(_ intent: ServingIntent) -> Int { unpublishSeconds + shutdownSeconds(intent) + 30 }

  /// `sleep` as a program: as an action of the kubelet it is too young for the clusters we support.
  static let lifecycle: JSONValue = ["preStop": ["exec": ["command": ["sleep", .string("\(unpublishSeconds)")]]]]
}
