import Foundation
import JSON
import Kubernetes
import Manifests
import TestKit
import Testing
import YAML

/// Every expression of rules and dashboards asks for what somebody really exports.
@Suite("Expressions")
struct ExpressionTests {
  /// vLLM 0.33.0, vllm/v1/metrics/loggers.py, as far as the simulator and the servers have them.
  static let engine: Set<String> = [
    "num_requests_running", "num_requests_waiting", "num_requests_waiting_by_reason", "kv_cache_usage_perc", "prefix_cache_queries_total",
    "prefix_cache_hits_total", "num_preemptions_total", "prompt_tokens_total", "prompt_tokens_cached_total", "generation_tokens_total",
    "request_success_total", "admission_rejections_total", "time_to_first_token_seconds", "inter_token_latency_seconds",
    "request_time_per_output_token_seconds", "e2e_request_latency_seconds", "request_queue_time_seconds", "request_prefill_time_seconds",
    "request_decode_time_seconds", "request_inference_time_seconds", "request_prompt_tokens", "request_generation_tokens",
  ]

  /// The families that the data plane's sources name.
  static func own() throws -> Set<String> {
    let name = try Regex("\"(qos_[a-z0-9_]+)\"", as: (Substring, Substring).self)
    return Set(
      try Places.files(below: "Sources/DataPlane", suffix: ".swift").flatMap { file in
        try Places.text(file).matches(of: name).map { String($0.output.1) }
      })
  }

  static func intent() throws -> ServingIntent {
    let input = try #require(GoldenCase.all(in: "Tests/ManifestsTests/Cases").first { $0.name == "monitored" }).input()
    return try ManifestCase(input).intent
  }

  static func expressions() throws -> (rules: [String], recorded: Set<String>, dashboards: [String]) {
    let rules = (try AlertTests.rules()["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
    return (
      rules.compactMap { $0["expr"]?.string }, Set(rules.compactMap { $0["record"]?.string }),
      DashboardsManifest.expressions(for: try intent())
    )
  }

  @Test func `name metrics that are exported`() throws {
    let (rules, recorded, dashboards) = try Self.expressions()
    let own = try Self.own()
    let metric = try Regex("([a-zA-Z_][a-zA-Z0-9_:]*)\\{", as: (Substring, Substring).self)
    var seen = 0
    for expression in rules + dashboards {
      for match in expression.matches(of: metric) {
        let name = String(match.output.1)
        seen += 1
        let family = ["_bucket", "_count", "_sum"].reduce(name) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
        let isKnown =
          recorded.contains(name) || own.contains(name) || own.contains(family)
          || (name.hasPrefix("vllm:")
            && (Self.engine.contains(String(name.dropFirst(5))) || Self.engine.contains(String(family.dropFirst(5)))))
        #expect(isKnown, "nobody exports \(name): \(expression)")
      }
    }
    #expect(seen > 80, "the test looks at nothing")
  }

  @Test func `of dashboards are PromQL`() async throws {
    guard let promtool = Tools.find("promtool") else { return print("skipped: there is no promtool; hack/setup test installs it") }
    let rules = try Self.expressions().dashboards.enumerated().map { index, expression -> JSONValue in
      let known = expression.replacingOccurrences(of: "$__rate_interval", with: "5m")
      return ["record": .string("panel:\(index)"), "expr": .string(known)]
    }
    let folder = try TemporaryDirectory()
    let file = try folder.write(YAMLWriter.text(["groups": [["name": "panels", "rules": .array(rules)]]]), to: "panels.yaml")
    let result = try await Command.run(promtool, ["check", "rules", file])
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test func `stand in dashboards that Grafana loads`() throws {
    let object = try #require(try Self.objects().first { $0.kind == "ConfigMap" })
    #expect(object.labels["grafana_dashboard"] == "1")
    let files = object["data"]?.stringMap ?? [:]
    #expect(files.count == 3)
    var uids: Set<String> = []
    for (name, text) in files {
      let dashboard = try JSONValue(parsing: text)
      #expect(dashboard["dashboard"] == nil, "\(name) is wrapped")
      let uid = try #require(dashboard["uid"]?.string)
      #expect(uid.count <= 40 && uids.insert(uid).inserted)
      let panels = try #require(dashboard["panels"]?.array)
      #expect(Set(panels.compactMap { $0["id"]?.int }).count == panels.count)
      for panel in panels { #expect(panel["type"]?.string == "timeseries") }
    }
  }

  private static func objects() throws -> [KubeObject] { ServingManifests(for: try intent()).objects }
}
