import Foundation
import JSON
import TestKit
import Testing

/// The scenarios in examples/simulations, as a user runs them: each is a test with expectations of its own.
@Suite("The scenarios in examples/simulations/")
struct SimulationScriptTests {
  static let files = Places.files(below: "examples/simulations", suffix: ".yaml")

  static func podium(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
    try await Command.run(
      Places.repository + "/.build/debug/podium", ["simulate"] + arguments, input: input, directory: Places.repository,
      timeout: .seconds(600))
  }

  @Test("expect something, and it holds", arguments: files)
  func run(_ path: String) async throws {
    let result = try await Self.podium([path])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("\nExpected:\n") && result.output.contains("Simulated, seed 1"))
    #expect(result.errors.isEmpty, "progress is for terminals only: \(result.errors)")
  }

  @Test("the questions of the issue have scenarios")
  func questions() {
    let names = Self.files.map { $0.split(separator: "/").last.map(String.init) ?? "" }
    for name in ["overload", "free-five-percent", "backend-dies", "burst", "small-model", "large-model", "recorded"] {
      #expect(names.contains("\(name).yaml"))
    }
  }

  @Test("the same seed prints the same, another one something else")
  func determinism() async throws {
    let arguments = ["examples/simulations/recorded.yaml", "-o", "json"]
    let first = try await Self.podium(arguments).checked()
    let second = try await Self.podium(arguments).checked()
    #expect(first.output == second.output)
    let json = try JSONValue(parsing: first.output)
    #expect(json["basis"] == "simulated" && json[["tiers", "enterprise", "served"]]?.int ?? 0 > 0)
    let other = try await Self.podium(arguments + ["--seed", "2"])
    #expect(try JSONValue(parsing: other.output)["seeds"] == [2])
    #expect(other.output != first.output)
  }

  @Test("what if: a value is changed, compared with the base, and drawn")
  func whatIf() async throws {
    let folder = try TemporaryDirectory()
    let drawing = "\(folder.path)/what-if.svg"
    let result = try await Self.podium(
      ["examples/simulations/burst.yaml", "--set", "servers.0.count=1", "--compare", "base", "--svg", drawing])
    #expect(result.status == 1, "one server of four cannot hold what four did: \(result.output)\(result.errors)")
    #expect(result.output.contains("difference") && result.output.contains("FAILED ") && result.output.contains("measured"))
    #expect(try Places.text(drawing).hasPrefix("<svg "))
  }

  @Test("several seeds are judged one by one")
  func seeds() async throws {
    let result = try await Self.podium(["examples/simulations/recorded.yaml", "--seeds", "3"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("seeds 1 to 3") && result.output.contains("holds with 3 of 3 seeds"))
  }

  @Test("the printed example runs")
  func example() async throws {
    let example = try await Self.podium(["--print-example"]).checked().output
    let result = try await Self.podium(["-"], input: example)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  @Test(
    "a mistake is said with what to write, and the exit status is that of a wrong command",
    arguments: [
      (
        ["examples/simulations/recorded.yaml", "--set", "policy.tiers.gold.weight=5"],
        "policy.tiers: has no 'gold': write one of enterprise"
      ),
      (
        ["examples/simulations/recorded.yaml", "--set", "servers.0.places=none"],
        "servers[0].places: is the string 'none': write an integer"
      ),
      (["examples/simulations/recorded.yaml", "--compare", "base"], "nothing to compare"),
      (["examples/simulations/recorded.yaml", "--seeds", "0"], "write 1 to 1000"),
      (["examples/simulations/missing.yaml"], "cannot read examples/simulations/missing.yaml"),
      (["examples/qospolicy.yaml"], "servers: is missing"),
      ([], "name a scenario file"),
    ])
  func mistakes(_ arguments: [String], _ expected: String) async throws {
    let result = try await Self.podium(arguments)
    #expect(result.status == 64)
    #expect(result.errors.contains(expected), "\(result.errors)")
  }
}
