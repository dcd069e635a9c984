import JSON
import PolicyFormat
import Scheduling

/// A scenario that somebody wrote down, and what they expect of it.
package struct ScenarioFile: Sendable {
  /// What it is about, for titles.
  package var title: String
  package var scenario: Scenario
  package var expectations: [Expectation]

  /// - Parameters:
  ///   - document: with the policy written out: see ``ScenarioDocument/expandPolicy(_:)``.
  ///   - traces: the contents of every file in ``ScenarioDocument/traceFiles``.
  package init(_ document: ScenarioDocument, traces: [String: TraceFile] = [:]) throws(PolicyError) {
    var reader = try FieldReader(document.json, path: "")
    title = try reader.string("title") ?? ""
    let seed = try reader.integer("seed", in: 0...Int.max) ?? 1
    let words = reader.value("policy") ?? [:]
    let policy = try SchedulingPolicy(json: words, path: "policy")
    try policy.check(path: "policy")
    let servers = try ServersReader.read(&reader)
    let context = TrafficReader.Context(
      tiers: policy.tiers.map(\.name), servers: servers, traces: traces, seed: UInt64(seed))
    let traffic = try TrafficReader.read(&reader, context)
    let duration = try Self.duration(&reader, traffic)
    scenario = Scenario(policy: policy, servers: servers, traffic: traffic, duration: duration, seed: UInt64(seed))
    scenario.warmUp = try reader.duration("warmUp") ?? .zero
    guard scenario.warmUp < duration else {
      throw PolicyError(path: "warmUp", reason: "is not shorter than the duration: nothing would be counted")
    }
    // As often as a scraper asks by default; faster servers are asked more often.
    scenario.reportInterval = .seconds(1)
    if var reports = try reader.object("reports") {
      scenario.reportInterval = try reports.duration("every", positive: true) ?? scenario.reportInterval
      scenario.reportLag = try reports.duration("lag") ?? .zero
      try reports.finish()
    }
    scenario.faults = try FaultsReader.read(&reader, servers: servers.count)
    expectations = try Expectation.read(&reader, tiers: policy.tiers.map(\.name))
    // Documents that were not expanded may still name a file.
    _ = reader.value("policyFrom")
    try reader.finish()
  }

  /// As written, or as long as the longest recording.
  private static func duration(_ reader: inout FieldReader, _ traffic: [Traffic]) throws(PolicyError) -> Duration {
    if let duration = try reader.duration("duration", positive: true) { return duration }
    let ends = traffic.compactMap { traffic -> Duration? in
      if case .trace(let rows) = traffic.arrivals { rows.last.map { $0.at + traffic.from } } else { nil }
    }
    guard let longest = ends.max(), ends.count == traffic.count, longest > .zero else {
      throw PolicyError(path: "duration", reason: "is missing: write how long requests arrive, such as 60s")
    }
    return longest
  }
}
