import Foundation
import JSON
import TestKit
import Testing
import YAML

/// `podium convert` as a user runs it, on the published texts (letter by letter) and on combinations of them.
@Suite("podium convert")
struct ConvertTests {
  static let folder = "Tests/ExamplesTests/Converting"
  static let published = ["envoy-filter", "qospolicy", "authpolicy", "virtualservice"]
  static let cases: [(name: String, files: [String])] =
    published.map { ($0, [$0]) } + [("all", published), ("mixed", ["mixed"]), ("envoy-bootstrap", ["envoy-bootstrap"])]

  static func convert(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
    try await Command.run(
      Places.repository + "/.build/debug/podium", ["convert"] + arguments, input: input, directory: "\(Places.repository)/\(folder)",
      timeout: .seconds(300))
  }

  /// PODIUM_REWRITE_GOLDEN=1 writes them anew; read the difference before you commit it.
  @Test("rewrites to what the golden file says, and says what it changed", arguments: cases)
  func golden(_ name: String, _ files: [String]) async throws {
    let result = try await Self.convert(files.map { "\($0).yaml" }).checked()
    try PlanScriptTests.compare(result.output, with: "\(name).out.yaml", in: Self.folder)
    try PlanScriptTests.compare(result.errors, with: "\(name).changes.txt", in: Self.folder)
    let explained = try await Self.convert(["--explain"] + files.map { "\($0).yaml" }).checked()
    #expect(explained.output == result.errors && explained.errors.isEmpty)
  }

  @Test("what comes out is left alone when it goes in again", arguments: cases.map(\.name))
  func again(_ name: String) async throws {
    let path = "\(Places.repository)/\(Self.folder)/Golden/\(name).out.yaml"
    let result = try await Self.convert([path]).checked()
    #expect(try result.output == Places.text(path) && result.errors.isEmpty)
  }

  @Test("the published texts are those of the requirements", .enabled(if: Places.shared != nil, "they are not beside the repository"))
  func seeds() throws {
    let seeds = "\(try #require(Places.shared))/seeds"
    let texts = try FileManager.default.contentsOfDirectory(atPath: seeds).map { try Places.text("\(seeds)/\($0)") }
    for name in Self.published {
      let text = try Places.text("\(Self.folder)/\(name).yaml")
      #expect(texts.contains { $0.contains(text) }, "\(name)")
    }
  }

  @Test(
    "what comes out is accepted by the real schemas", .enabled(if: Places.shared != nil, "the real CRDs are not beside the repository"))
  func schemas() async throws {
    let tool = "\(try #require(Places.shared))/tools/validate-manifests"
    let files = Self.cases.map { "\(Self.folder)/Golden/\($0.name).out.yaml" }
    // From the repository's folder: there the tool finds our own CRDs.
    let result = try await Command.run("python3", [tool] + files, directory: Places.repository)
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test(
    "the real Envoy refuses the published filter and takes what it becomes",
    .enabled(if: Tools.find("envoy") != nil, "no Envoy: hack/setup test"))
  func envoy() async throws {
    let envoy = try #require(Tools.find("envoy"))
    let directory = try TemporaryDirectory()
    let file = "\(directory.path)/envoy.yaml"
    func accepts(_ path: String) async throws -> CommandResult {
      try await Command.run(envoy, ["--mode", "validate", "-c", path, "--log-level", "error"])
    }
    let before = try await accepts("\(Places.repository)/\(Self.folder)/envoy-bootstrap.yaml")
    #expect(!before.succeeded && (before.errors + before.output).contains("could not find @type"))
    try await Self.convert(["envoy-bootstrap.yaml", "--envoy-file", file, "--ext-proc", "127.0.0.1:9002"]).checked()
    let after = try await accepts(file)
    #expect(after.succeeded, "\(after.errors)")
    // The fragment, in the place that it is a fragment of.
    try await Self.convert(["envoy-filter.yaml", "--envoy-file", file]).checked()
    let fragment = try #require(try YAMLParser.documents(try Places.text(file)).first)
    var whole = try #require(try YAMLParser.documents(try Places.text("\(Self.folder)/envoy-bootstrap.yaml")).first)
    whole[["static_resources", "clusters"]] = .array(
      (whole[["static_resources", "clusters"]]?.array ?? []) + (fragment["clusters"]?.array ?? []))
    var listener = try #require(whole[["static_resources", "listeners"]]?[0])
    var filter = try #require(listener["filter_chains"]?[0]?["filters"]?[0])
    filter[["typed_config", "http_filters"]] = fragment["http_filters"]
    listener["filter_chains"] = [["filters": [filter]]]
    whole[["static_resources", "listeners"]] = [listener]
    let placed = try await accepts(try directory.write(YAMLWriter.text(whole), to: "placed.yaml"))
    #expect(placed.succeeded, "\(placed.errors)")
  }

  static let wrong: [(name: String, input: String, message: String)] = [
    (
      "weight", "http_filters: [{name: envoy.filters.http.qos_prioritizer, typed_config: {business_tiers: {a: {weight: 0, priority: 1}}}}]",
      "standard input:1: Envoy configuration: http_filters[0].typed_config.business_tiers.a.weight: 0 is not possible; write a whole number"
    ),
    (
      "missing priority", "apiVersion: qos.maas.io/v1\nkind: QoSPolicy\nmetadata: {name: p}\nspec:\n  tiers:\n  - {name: a, weight: 1}\n",
      "standard input:6: QoSPolicy p: spec.tiers[0].priority: is missing"
    ),
    (
      "unknown field",
      "kind: QoSPolicy\napiVersion: qos.maas.io/v1\nmetadata: {name: p}\nspec: {tiers: {a: {weight: 1, priority: 1}}, aging: 3}",
      "spec.aging: a QoSPolicy has no such field"
    ),
    (
      "regex",
      "kind: VirtualService\napiVersion: networking.istio.io/v1\nmetadata: {name: v}\nspec: {http: [{match: [{headers: "
        + "{x-customer-tier: {regex: .*}}}], qos: {weight: 1, priority: 1}}]}",
      "may be several tiers; write exact, and a route for each tier"
    ),
    (
      "paths", "kind: AuthPolicy\napiVersion: kuadrant.io/v1beta1\nmetadata: {name: a}\nspec: {rules: [{paths: [/v1]}]}",
      "spec.rules[0].paths: an AuthPolicy has none; write them as matches of the HTTPRoute's rule"
    ),
    (
      "contradiction",
      "kind: QoSPolicy\napiVersion: qos.maas.io/v1\nmetadata: {name: p}\nspec: {tiers: [{name: a, weight: 5, priority: 1}]}\n---\n"
        + "http_filters: [{name: envoy.filters.http.qos_prioritizer, typed_config: {business_tiers: {a: {weight: 6, priority: 1}}}}]",
      "business_tiers.a.weight: is 6, and document 1 says 5 for the same tier at spec.tiers[0]"
    ),
  ]

  @Test("what cannot be converted is told by its field, and nothing is printed", arguments: wrong)
  func mistakes(_ name: String, _ input: String, _ message: String) async throws {
    let result = try await Self.convert(["-"], input: input)
    #expect(result.status == 1 && result.output.isEmpty && result.errors.contains(message), "\(name): \(result.errors)\(result.output)")
  }

  @Test("files that are no YAML are told with their line, with status 64")
  func unreadable() async throws {
    let result = try await Self.convert(["-"], input: "a: 1\n---\nb: [\n")
    #expect(result.status == 64 && result.errors.contains("standard input:"), "\(result.errors)")
    #expect(try await Self.convert(["missing.yaml"]).status == 64)
  }
}
