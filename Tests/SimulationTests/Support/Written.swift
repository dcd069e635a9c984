import JSON
import PolicyFormat
import Scheduling
import Simulation
import YAML

/// Scenarios as people write them.
enum Written {
  /// Two small servers, and nobody at them.
  static let servers = "servers: [{count: 2, places: 4, timeToFirstToken: 100ms, timePerOutputToken: 1ms, statesPlaces: true}]\n"

  static func document(_ text: String) throws -> ScenarioDocument {
    var document = try ScenarioDocument(try YAMLParser.documents(text).first ?? .null)
    try document.expandPolicy(nil)
    return document
  }

  static func file(_ text: String, traces: [String: TraceFile] = [:]) throws -> ScenarioFile {
    try ScenarioFile(try document(text), traces: traces)
  }

  /// What a reader says about a mistake.
  static func problem(_ text: String, traces: [String: TraceFile] = [:]) -> String {
    do {
      _ = try file(text, traces: traces)
      return "nothing is wrong"
    } catch {
      return "\(error)"
    }
  }
}
