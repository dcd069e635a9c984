import ArgumentParser
import ControllerRuntime
import CurlTransport
import DataPlane
import Foundation
import KnowledgeBase
import Kubernetes
import Logging
import Manifests
import Operator
import Reconciliation
import ServiceLifecycle

struct OperatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operator",
    abstract: "Run the operator and its data planes against a cluster.",
    discussion: "In a pod it uses the service account; elsewhere --kubeconfig, KUBECONFIG or ~/.kube/config.")

  /// Where prometheus-operator puts the Service of a Prometheus in the namespace `monitoring`.
  static let defaultPrometheus = "http://prometheus-operated.monitoring.svc:9090"

  @Option(help: ArgumentHelp("Instead of KUBECONFIG or the pod's service account.", valueName: "file")) var kubeconfig: String?
  @Option(help: "Instead of the kubeconfig's current context.") var context: String?
  @Option(help: ArgumentHelp("The namespace whose data plane gets --gateway-port.", valueName: "namespace")) var gatewayNamespace =
    "default"
  @Option(help: ArgumentHelp("Port of that data plane; other namespaces get free ports.", valueName: "port")) var gatewayPort = 8080
  @Option(help: ArgumentHelp("Address that data planes listen on.", valueName: "address")) var gatewayHost = "0.0.0.0"
  @Option(
    help: ArgumentHelp("How callers reach a data plane; {port} stands for its port. Shown as the endpoint in statuses.", valueName: "url"))
  var gatewayURL: String?
  @OptionGroup var dataPlane: DataPlaneOptions
  @OptionGroup var tls: GatewayTLSOptions
  @Option(help: ArgumentHelp("Port of /healthz, /readyz and /metrics.", valueName: "port")) var healthPort = 8081
  @Option(help: ArgumentHelp("Namespace of the Lease; the pod's own unless given.", valueName: "namespace")) var leaseNamespace: String?
  @Option(
    help: ArgumentHelp(
      "A header that is trusted to carry the tier. Only where every caller comes through a gateway that sets it.", valueName: "name"))
  var trustedTierHeader: String?
  @Option(help: ArgumentHelp("Where KEDA asks for metrics; empty when there is no Prometheus, and then nothing scales.", valueName: "url"))
  var prometheus = defaultPrometheus
  @Option(help: ArgumentHelp("The image of simulated model servers.", valueName: "image")) var podiumImage = "podium:\(Version.current)"
  @Option(help: ArgumentHelp("Where to write the addresses, as shell variables, once everything listens.", valueName: "file"))
  var endpointsFile: String?
  @OptionGroup var scaler: ScalerOptions
  @OptionGroup(title: "Planning") var ranking: RankingOptions
  @OptionGroup(title: "Scaling") var scaling: ScalingOptions
  @OptionGroup(title: "Monitoring") var monitoring: MonitoringOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var telemetry: TelemetryOptions
  @OptionGroup var log: LogOptions

  func run() async throws {
    let logger = log.bootstrap()
    let connection: ClusterConnection
    do {
      connection = try ClusterConnection.find(kubeconfig: kubeconfig, context: context)
    } catch {
      throw CleanFailure("\(error)")
    }
    var leaseLimits = CurlTransport.Limits()
    leaseLimits.deadline = .seconds(5)
    let transport = CurlTransport(connection, userAgent: "podium-operator/\(Version.current)", logger: logger)
    let leaseTransport = CurlTransport(connection, limits: leaseLimits, userAgent: "podium-operator/\(Version.current)", logger: logger)
    let planes = try await planes(transport, logger)
    try await Self.checkTrust(leaseTransport)
    let facts = try await database.startSource(logger)
    for line in CatalogHealth(facts.current).summary { logger.warning("\(line)", metadata: ["component": "knowledge"]) }
    let podiumOperator = Operator(
      transport: transport, leaseTransport: leaseTransport, gateways: planes.gateways, knowledge: facts.current.knowledge,
      configuration: try configuration(connection, facts), logger: logger)
    await planes.observe { podiumOperator.snapshot }
    let admin = AdminEndpoints(
      host: "0.0.0.0", port: healthPort, portFlag: "--health-port", logger: logger, readiness: { podiumOperator.readiness() },
      metrics: { podiumOperator.metricsPage() }, others: planes.demandPage,
      onListening: { announce(healthPort: $0, gatewayPort: await planes.port(gatewayNamespace), logger) })
    var services: [any Service] = [ConnectionWatch(transport: transport), podiumOperator, admin, planes.service]
    if let port = scaler.port {
      let service = scaler.peers.map { ObjectKey(namespace: leaseNamespace ?? connection.namespace, name: $0) }
      let demand = planes.demand {
        service.map { ProxyAddresses.all(of: $0, port: "http-health", podiumOperator.snapshot) } ?? []
      }
      services.append(ScalerHost(host: "0.0.0.0", port: port, source: demand, logger: logger))
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch {
      throw CleanFailure("\(error)")
    }
  }

  private func configuration(_ connection: ClusterConnection, _ facts: KnowledgeSource) throws -> OperatorConfiguration {
    let host = ProcessInfo.processInfo.environment["POD_NAME"] ?? ProcessInfo.processInfo.hostName
    var manifests = ManifestSettings(podiumImage: podiumImage, prometheusAddress: prometheus.isEmpty ? nil : prometheus)
    scaling.apply(to: &manifests)
    monitoring.apply(to: &manifests)
    var settings = OperatorSettings(
      trustedTierHeader: trustedTierHeader, manifests: manifests, dataPlaneSelector: dataPlane.selector.labels)
    settings.weights = try ranking.ranking()
    return OperatorConfiguration(
      identity: "\(host)-\(UUID().uuidString.prefix(8).lowercased())",
      lease: ObjectKey(namespace: leaseNamespace ?? connection.namespace, name: "podium-operator"), facts: facts,
      settings: settings)
  }

  /// A certificate that is not trusted is a mistake in the configuration, which no waiting heals. All else may: the API server may
  /// just be starting.
  private static func checkTrust(_ transport: CurlTransport) async throws {
    do {
      _ = try await transport.send(APIRequest(.get, "/version"))
    } catch let error as TransportError where error.kind == .tls {
      throw CleanFailure("\(error)")
    } catch {}
  }

  /// The data planes of this process, the one of --gateway-namespace listening; or what speaks for those of other pods.
  private func planes(_ transport: CurlTransport, _ logger: Logger) async throws -> DataPlanes {
    if dataPlane.mode == .deployment {
      return .deployed(try dataPlane.gateways(gatewayNamespace, url: gatewayURL, client: Client(transport), logger: logger))
    }
    let gateways = EmbeddedGateways(
      .init(
        host: gatewayHost, ports: [gatewayNamespace: gatewayPort], urlTemplate: gatewayURL ?? "\(tls.scheme)://127.0.0.1:{port}",
        tls: tls.settings), telemetry: try telemetry.services(logger: logger), logger: logger)
    do {
      try await gateways.open(gatewayNamespace)
    } catch {
      throw CleanFailure(error is TLSError ? "--gateway-tls: \(error)" : "--gateway-port: \(error)")
    }
    return .embedded(gateways)
  }

  private func announce(healthPort: Int, gatewayPort: Int?, _ logger: Logger) {
    logger.notice("listening", metadata: ["gateway": "\(gatewayPort.map(String.init) ?? "elsewhere")", "health": "\(healthPort)"])
    guard let endpointsFile else { return }
    let host = "127.0.0.1"
    let gateway = gatewayPort.map { "\(tls.scheme)://\(host):\($0)" } ?? gatewayURL ?? ""
    do {
      try PrivateFile.write("GATEWAY_URL=\(gateway)\nHEALTH_URL=http://\(host):\(healthPort)\n", to: endpointsFile)
    } catch {
      logger.error("\(error)")
    }
  }

  /// Drops a connection to the API server that died without a word.
  private struct ConnectionWatch: Service {
    let transport: CurlTransport

    func run() async throws {
      try await cancelWhenGracefulShutdown {
        do {
          try await transport.watchOver()
          try await gracefulShutdown()
        } catch is CancellationError {}
      }
    }
  }
}
