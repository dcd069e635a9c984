import JSON
import Planning

extension Benchmark {
  /// With the names of the CSV columns; what is not known is left out.
  package var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("kind", .string(kind.rawValue)), ("model", .string(model)), ("accelerator", .string(accelerator)), ("gpus", JSONValue(gpus)),
      ("prompt_tokens", JSONValue(profile.promptTokens)), ("output_tokens", JSONValue(profile.outputTokens)),
    ]
    if let concurrency { members.append(("concurrency", JSONValue(concurrency))) }
    for (name, value) in [
      ("requests_per_second", requestsPerSecond), ("ttft_mean_ms", ttft.mean), ("ttft_p95_ms", ttft.p95), ("itl_mean_ms", itl.mean),
      ("itl_p95_ms", itl.p95), ("e2e_mean_ms", e2e.mean), ("e2e_p95_ms", e2e.p95),
    ] {
      if let value { members.append((name, .double(value))) }
    }
    members.append(("source", .string(source)))
    for (name, text) in [("measured", date), ("engine_version", engineVersion), ("precision", precision)] {
      if let text { members.append((name, .string(text))) }
    }
    return .object(JSONObject(members))
  }
}
