import Foundation
import JSON
import Kubernetes
import Manifests
import TestKit
import Testing
import YAML

@Suite("Alerts")
struct AlertTests {
  /// The rules of the golden pair `monitored`.
  static func rules() throws -> JSONValue {
    let input = try #require(GoldenCase.all(in: "Tests/ManifestsTests/Cases").first { $0.name == "monitored" }).input()
    let rule = try #require(ManifestCase(input).objects.first { $0.kind == "PrometheusRule" })
    return try #require(rule["spec"])
  }

  static func alerts() throws -> [JSONValue] {
    (try rules()["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }.filter { $0["alert"] != nil }
  }

  @Test func `are to promtool's taste`() async throws {
    guard let promtool = Tools.find("promtool") else { return print("skipped: there is no promtool; hack/setup test installs it") }
    let folder = try TemporaryDirectory()
    // promtool takes the file of a Prometheus, not the object of prometheus-operator: their groups are the same.
    let file = try folder.write(YAMLWriter.text(try Self.rules()), to: "rules.yaml")
    let result = try await Command.run(promtool, ["check", "rules", file])
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test("fire when they should and are silent when they should", arguments: ["1m", "10m", "30m"])
  func fire(interval: String) async throws {
    guard let promtool = Tools.find("promtool") else { return print("skipped: there is no promtool; hack/setup test installs it") }
    let folder = try TemporaryDirectory()
    // Incidents are matters of minutes.
    let groups = (try Self.rules()["groups"]?.array ?? []).filter {
      interval == "1m" || $0["name"]?.string?.hasSuffix("-incidents") == false
    }
    try folder.write(YAMLWriter.text(["groups": .array(groups)]), to: "rules.yaml")
    let scenarios = AlertScenario.all.filter { $0.interval == interval }
    let tests: JSONValue = [
      "rule_files": ["rules.yaml"], "evaluation_interval": .string(interval), "tests": .array(scenarios.map(\.json)),
    ]
    let file = try folder.write(YAMLWriter.text(tests), to: "tests.yaml")
    let result = try await Command.run(promtool, ["test", "rules", file], timeout: .seconds(300))
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test func `each have a scenario in which they fire and one in which they do not`() throws {
    for alert in try Self.alerts() {
      let name = try #require(alert["alert"]?.string)
      let labels = alert["labels"]?.stringMap ?? [:]
      for fires in [true, false] {
        let scenario = AlertScenario.all.first { scenario in
          scenario.alert == name && scenario.fires == fires && scenario.labels.allSatisfy { labels[$0.key] == $0.value }
        }
        #expect(scenario != nil, "\(name) \(labels) has no scenario in which it \(fires ? "fires" : "is silent")")
      }
    }
  }

  @Test func `each have a runbook, and no runbook is without its alert`() throws {
    let names = Set(try Self.alerts().compactMap { $0["alert"]?.string })
    let pages = Places.files(below: "charts/podium/runbooks", suffix: ".md")
    for name in names {
      let text = try Places.text("charts/podium/runbooks/\(name).md")
      #expect(text.hasPrefix("# \(name)\n"))
      for section in ["**What it says.**", "**Look**", "**Do**"] { #expect(text.contains(section), "\(name).md has no \(section)") }
    }
    for alert in try Self.alerts() {
      #expect(alert[["annotations", "runbook_url"]]?.string == "https://docs.example/runbooks/\(alert["alert"]?.string ?? "").md")
    }
    let known = try names.union(Self.chartAlerts())
    for page in pages {
      let name = String(page.split(separator: "/").last?.dropLast(3) ?? "")
      #expect(known.contains(name), "\(page) is about no alert")
    }
  }

  /// Those that the chart itself installs.
  private static func chartAlerts() throws -> [String] {
    try Places.text("charts/podium/templates/prometheusrule.yaml").split(separator: "\n").compactMap { line in
      line.firstRange(of: "- alert: ").map { String(line[$0.upperBound...]).trimmingCharacters(in: .whitespaces) }
    }
  }
}
