import ControllerRuntime
import CurlTransport
import Foundation
import JSON
import Kubernetes
import Logging
import TestKit

/// A real API server and what it takes to reach it in different ways.
struct TLSWorld {
  static let configMaps = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
  static let namespaces = ResourceType(group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false)
  /// A request that nobody may make without being given a right, and the administrator may: the refusal names the user.
  static let whoAmI = APIRequest(.get, "/api/v1/namespaces", query: [.init("limit", "1")])

  let cluster: RealControlPlane
  /// The administrator's connection, by client certificate.
  let admin: ClusterConnection

  init() async throws {
    cluster = try await RealControlPlane.shared()
    admin = try KubeConfig(files: [cluster.kubeconfig]).connection()
  }

  var port: Int {
    get throws {
      guard let port = URL(string: cluster.server)?.port else { throw TestKitError("no port in \(cluster.server)") }
      return port
    }
  }

  /// The server and its authority, and no credentials.
  var anonymous: ClusterConnection {
    var connection = ClusterConnection(server: cluster.server)
    connection.authority = .file(cluster.authority)
    return connection
  }

  func anonymous(_ change: (inout ClusterConnection) -> Void) -> ClusterConnection {
    var connection = anonymous
    change(&connection)
    return connection
  }

  /// The administrator through a relay.
  func admin(through relay: Relay, host: String = "127.0.0.1") -> ClusterConnection {
    var connection = admin
    connection.server = "https://\(host):\(relay.port)"
    return connection
  }

  static func transport(_ connection: ClusterConnection, limits: CurlTransport.Limits = patient) -> CurlTransport {
    CurlTransport(connection, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// The machine may be busy with other tests.
  static var patient: CurlTransport.Limits {
    var limits = CurlTransport.Limits()
    limits.deadline = .seconds(120)
    return limits
  }

  /// A new namespace of its own for one test.
  func namespace() async throws -> String {
    let name = "tls-\(UUID().uuidString.prefix(8).lowercased())"
    try await Client(Self.transport(admin)).create(Self.namespaces, KubeObject(Self.namespaces, name: name))
    return name
  }

  static func configMap(_ namespace: String, _ name: String, _ text: String = "x") -> KubeObject {
    var object = KubeObject(configMaps, namespace: namespace, name: name)
    object.json["data"] = ["text": .string(text)]
    return object
  }

  /// Makes a certificate that signs itself, `NAME.crt` with `NAME.key`, for a user who would be an administrator.
  static func selfSigned(_ name: String, in folder: TemporaryDirectory) async throws -> (certificate: String, key: String) {
    let (certificate, key) = ("\(folder.path)/\(name).crt", "\(folder.path)/\(name).key")
    try await Command.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/O=system:masters/CN=\(name)", "-keyout", key, "-out", certificate,
      ]
    ).checked()
    return (certificate, key)
  }
}
