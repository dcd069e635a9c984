import ControlPlane
import Logging
import TestKit

/// The embedded control plane, in this process.
enum EmbeddedCluster {
  private static let start = Task<Cluster, any Error> { try await start() }

  /// The one that most tests share.
  static func shared() async throws -> Cluster { try await start.value }

  /// One more. It lives as long as the process: in memory, on loopback, on a port of its own.
  ///
  /// - Parameter watchHistory: how many changes it keeps for watches that resume.
  static func start(watchHistory: Int = 100_000) async throws -> Cluster {
    var configuration = ControlPlaneConfiguration()
    configuration.watchHistory = watchHistory
    configuration.bookmarkInterval = .seconds(1)
    var logger = Logger(label: "conformance")
    logger.logLevel = .error
    let controlPlane = try EmbeddedControlPlane(configuration, logger: logger)
    Task { try await controlPlane.run() }
    let port = try await controlPlane.port
    let directory = try TemporaryDirectory()
    let kubeconfig = try directory.write(try await controlPlane.kubeconfig(), to: "kubeconfig")
    return Cluster(
      target: .embedded, kubeconfig: kubeconfig, api: API(server: "http://127.0.0.1:\(port)", options: []), directory: directory)
  }
}
