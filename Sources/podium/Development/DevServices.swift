import Console
import ControlPlane
import CurlTransport
import Kubernetes
import Logging
import Manifests
import Operator
import Reconciliation
import ServiceLifecycle

/// What runs against the control plane, started as soon as it serves.
struct DevServices: Service {
  let environment: DevEnvironment
  let controlPlane: EmbeddedControlPlane

  func run() async throws {
    let apiPort = try await controlPlane.port
    try PrivateFile.write(try await controlPlane.kubeconfig(), to: environment.kubeconfig)
    let gateways = EmbeddedGateways(
      .init(host: "127.0.0.1", ports: ["default": environment.gatewayPort], urlTemplate: "http://127.0.0.1:{port}"),
      telemetry: environment.telemetry, logger: environment.logger)
    do {
      try await gateways.open("default")
    } catch {
      throw CleanFailure("--gateway-port: \(error)")
    }
    let transports = (0..<3).map { _ in
      CurlTransport(ClusterConnection(server: "http://127.0.0.1:\(apiPort)"), logger: environment.logger)
    }
    let podiumOperator = Operator(
      transport: transports[0], leaseTransport: transports[1], gateways: gateways, knowledge: environment.facts.current.knowledge,
      configuration: configuration, logger: environment.logger)
    let admin = AdminEndpoints(
      host: "127.0.0.1", port: environment.consolePort, portFlag: "--console-port", logger: environment.logger,
      readiness: { podiumOperator.readiness() },
      metrics: { podiumOperator.metricsPage() }, others: console,
      onListening: { consolePort in
        await announce(apiPort: apiPort, gatewayPort: await gateways.port("default") ?? 0, consolePort: consolePort)
      })
    // Ended in the opposite order: requests finish while model servers still answer, and the lease is given back last.
    let services: [any Service] = [
      LocalModelRunner(transports[2], logger: environment.logger), podiumOperator, admin, GatewayService(gateways: gateways),
    ]
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: services.map { .init(service: $0) }, logger: environment.logger))
    do {
      try await group.run()
    } catch {
      throw CleanFailure("\(error)")
    }
    transports.forEach { $0.shutdown() }
  }

  /// The planner's API beside the operator's own pages, on loopback.
  private var console: ConsoleResponder {
    let resources = ConsoleResources(version: Version.current, facts: ConsoleFacts(environment.facts))
    let logger = environment.logger
    return ConsoleResponder(
      api: ConsoleAPI(resources) { route, error in
        logger.error("a request failed", metadata: ["route": "\(route)", "error": "\(error)"])
      })
  }

  private var configuration: OperatorConfiguration {
    // The identity is the same after a restart, so that the lease of a process that was killed is taken over at once.
    // There is no Prometheus here and nothing scales; the address makes the ScaledObject that a cluster would get.
    let manifests = ManifestSettings(prometheusAddress: OperatorCommand.defaultPrometheus)
    return OperatorConfiguration(
      identity: "podium-dev", facts: environment.facts, factsPeriod: .seconds(5),
      settings: OperatorSettings(trustedTierHeader: "x-customer-tier", manifests: manifests))
  }

  private func announce(apiPort: Int, gatewayPort: Int, consolePort: Int) async {
    let url = "http://127.0.0.1"
    print(
      """
      podium dev is up (for development and tests only; Ctrl-C ends it)
        control plane  \(url):\(apiPort)   export KUBECONFIG=\(environment.kubeconfig)
        gateway        \(url):\(gatewayPort)   OpenAI API of the namespace default
        console        \(url):\(consolePort)   /healthz /readyz /metrics /openapi.json
      """)
    guard let file = environment.endpointsFile else { return }
    do {
      try PrivateFile.write(
        "API_URL=\(url):\(apiPort)\nGATEWAY_URL=\(url):\(gatewayPort)\nCONSOLE_URL=\(url):\(consolePort)\n", to: file)
    } catch {
      environment.logger.error("\(error)")
    }
  }
}

/// Ties the data planes' end to the program's: requests under way are finished.
struct GatewayService: Service {
  let gateways: EmbeddedGateways

  func run() async throws {
    try? await gracefulShutdown()
    await gateways.shutdown()
  }
}
