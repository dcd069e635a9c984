import ControlPlane
import Logging
import ServiceLifecycle

/// What runs against the control plane, started as soon as it serves.
struct DevServices: Service {
  let environment: DevEnvironment
  let controlPlane: EmbeddedControlPlane

  func run() async throws {
    let port = try await controlPlane.port
    try environment.write(try await controlPlane.kubeconfig(), to: environment.kubeconfig)
    environment.logger.notice("kubeconfig written", metadata: ["file": "\(environment.kubeconfig)", "port": "\(port)"])
    try await gracefulShutdown()
  }
}
