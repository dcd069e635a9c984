import ControlPlane
import KnowledgeBase
import Logging
import QoSAPI
import ServiceLifecycle
import Telemetry
import YAML

/// Everything in one process:
///
///     EmbeddedControlPlane ◀─ HTTP ─ Operator ─ TrafficPolicy ▶ data planes ─▶ simulated model servers
///              ▲                                                                     ▲
///              └────────── HTTP ───────── LocalModelRunner (plays KServe) ───────────┘
///
/// The operator talks to the control plane over its socket, as it would to any cluster.
struct DevEnvironment {
  var apiPort: Int
  var gatewayPort: Int
  var consolePort: Int
  var stateDirectory: String
  var kubeconfig: String
  var endpointsFile: String?
  var facts: KnowledgeSource
  var telemetry: TelemetryServices
  var logger: Logger

  /// Runs until SIGTERM or SIGINT; ends in the order that lets requests finish and gives the lease back.
  func run() async throws {
    var configuration = ControlPlaneConfiguration()
    configuration.port = apiPort
    configuration.stateDirectory = stateDirectory
    configuration.definitions = try (CustomResourceDefinitions.files + StandInDefinitions.files).flatMap { file in
      try YAMLParser.documents(file.yaml)
    }
    let controlPlane = try EmbeddedControlPlane(configuration, logger: logger)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: controlPlane),
          .init(service: DevServices(environment: self, controlPlane: controlPlane), successTerminationBehavior: .gracefullyShutdownGroup),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch {
      throw CleanFailure("\(error)")
    }
  }
}

/// An error whose text is for the person at the terminal.
struct CleanFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
