import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// Serves KEDA over gRPC without TLS: inside of a cluster, behind a NetworkPolicy. Its life is one ``run()``.
package struct ExternalScalerServer: Sendable {
  /// How long KEDA waits at most for the news that a model is needed.
  package static let standardPeriod = Duration.milliseconds(250)

  private let server: GRPCServer<HTTP2ServerTransport.Posix>
  private let ending: Ending

  /// - Parameters:
  ///   - port: 0 takes any free one.
  ///   - period: how often streams look whether somebody waits.
  package init(host: String, port: Int, source: any DemandSource, period: Duration = standardPeriod) {
    let service = ScalerService(source: source, period: period)
    ending = service.ending
    server = GRPCServer(
      transport: .http2NIOPosix(address: .ipv4(host: host, port: port), transportSecurity: .plaintext), services: [service])
  }

  /// Serves until the task is cancelled or ``stop()``.
  package func run() async throws { try await server.serve() }

  /// Takes no more calls and lets those under way end.
  package func stop() {
    ending.begin()
    server.beginGracefulShutdown()
  }

  /// Where it listens, once it does.
  package var port: Int {
    get async throws { try await server.listeningAddress?.ipv4?.port ?? 0 }
  }
}
