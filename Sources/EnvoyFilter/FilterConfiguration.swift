import CEnvoyModule
import DataPlane
import JSON
import Logging
import Scheduling

/// What Envoy's configuration says of one filter, in force.
final class FilterConfiguration: Sendable {
  let engine: FilterEngine
  private let use: Int

  /// - Parameters:
  ///   - name: `filter_name`: all filters of a name share one scheduler.
  ///   - text: `filter_config` as JSON: what a `podium-proxy` reads from its file. `listen` says where the metrics are.
  /// - Throws: What is wrong, with the path of the field.
  init(name: String, text: String) throws {
    guard !text.isEmpty else { throw Refusal(description: "filter_config is empty: write what podium-proxy reads from its file") }
    let file = try ProxyFile(json: try JSONValue(parsing: text))
    guard file.fleet == nil else {
      throw Refusal(description: "fleet: several Envoys do not share their schedulers; use podium-proxy, or its ext-proc, for that")
    }
    guard file.telemetry == TelemetryFile() else {
      throw Refusal(description: "accessLog, tracing: Envoy writes its own; take them out of filter_config")
    }
    (engine, use) = try FilterEngine.take(name, file)
  }

  deinit { engine.giveBack(use) }

  struct Refusal: Error, CustomStringConvertible {
    var description: String
  }
}
