import ArgumentParser
import Logging

struct DevCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev",
    abstract: "Run everything in one process: control plane, operator, data plane and simulated model servers.",
    discussion: """
      For development and tests: the control plane checks no credentials and listens on loopback only. Then, in another terminal:

        export KUBECONFIG=.podium/kubeconfig
        kubectl apply -f examples/qospolicy.yaml -f examples/chat-llama.yaml
        kubectl get maas --watch
      """)

  @Option(help: ArgumentHelp("Port of the Kubernetes API; 0 takes any free one.", valueName: "port")) var apiPort = 6443
  @Option(help: ArgumentHelp("Port of the data plane of the namespace `default`; 0 takes any free one.", valueName: "port"))
  var gatewayPort = 8080
  @Option(help: ArgumentHelp("Port of the operator's health, readiness and metrics; 0 takes any free one.", valueName: "port"))
  var consolePort = 8090
  @Option(help: ArgumentHelp("Where the control plane keeps its state.", valueName: "folder")) var stateDir = ".podium/state"
  @Option(help: ArgumentHelp("Where to write the kubeconfig.", valueName: "file")) var kubeconfig = ".podium/kubeconfig"
  @Option(help: ArgumentHelp("Where to write the addresses, as shell variables, once everything is up.", valueName: "file"))
  var endpointsFile: String?
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var telemetry: TelemetryOptions
  @OptionGroup var log: LogOptions

  func validate() throws {
    for (name, port) in [("--api-port", apiPort), ("--gateway-port", gatewayPort), ("--console-port", consolePort)] {
      guard (0...65535).contains(port) else { throw ValidationError("\(name) must be between 0 and 65535, not \(port)") }
    }
  }

  func run() async throws {
    let logger = log.bootstrap()
    let environment = DevEnvironment(
      apiPort: apiPort, gatewayPort: gatewayPort, consolePort: consolePort, stateDirectory: stateDir, kubeconfig: kubeconfig,
      endpointsFile: endpointsFile, facts: try await database.startSource(logger), telemetry: try telemetry.services(logger: logger),
      logger: logger)
    try await environment.run()
  }
}
