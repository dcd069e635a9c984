import ControllerRuntime
import Foundation
import JSON

/// Runs a credential plugin and keeps what it printed until it expires.
actor ExecCredentialSource {
  static let supportedVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]
  /// A credential is renewed this long before it expires.
  private static let margin: TimeInterval = 10
  /// Plugins may ask a person in a browser; a minute is what cloud providers' own time out at.
  private static let timeout: Duration = .seconds(60)

  struct Credential: Sendable {
    var token: String?
    var certificate: [UInt8]?
    var key: [UInt8]?
    var expires: Date?
  }

  private let plugin: ExecPlugin
  private let connection: ClusterConnection
  private var cached: Credential?
  private var running: Task<Credential, any Error>?

  init(_ plugin: ExecPlugin, connection: ClusterConnection) {
    self.plugin = plugin
    self.connection = connection
  }

  func credential() async throws -> Credential {
    if let cached, cached.expires.map({ $0.timeIntervalSinceNow > Self.margin }) ?? true { return cached }
    if let running { return try await running.value }
    let task = Task { try await run() }
    running = task
    defer { running = nil }
    let credential = try await task.value
    cached = credential
    return credential
  }

  /// Forgets the credential if it is the one that was refused: of many requests that are refused together, only the first has the
  /// plugin run again.
  func invalidate(where isRefused: @Sendable (Credential) -> Bool) {
    if let cached, isRefused(cached) { self.cached = nil }
  }

  private func run() async throws -> Credential {
    let (status, output, errors) = try await Subprocess.run(
      plugin.command, plugin.arguments, environment: environment(), timeout: Self.timeout, hint: plugin.installHint)
    guard status == 0 else {
      throw TransportError(.credentials, "the credential plugin \(plugin.command) failed with status \(status): \(errors.prefix(500))")
    }
    let json: JSONValue
    do {
      json = try JSONValue(parsing: output)
    } catch {
      throw TransportError(.credentials, "the credential plugin \(plugin.command) printed no JSON: \(error)")
    }
    guard json["kind"]?.string == "ExecCredential", json["apiVersion"]?.string == plugin.apiVersion, let status = json["status"] else {
      throw TransportError(
        .credentials, "the credential plugin \(plugin.command) printed no ExecCredential of \(plugin.apiVersion) with a status")
    }
    let credential = Credential(
      token: status["token"]?.string, certificate: status["clientCertificateData"]?.string.map { Array($0.utf8) },
      key: status["clientKeyData"]?.string.map { Array($0.utf8) }, expires: try status["expirationTimestamp"]?.string.map(date))
    guard credential.token != nil || (credential.certificate != nil && credential.key != nil) else {
      throw TransportError(.credentials, "the credential plugin \(plugin.command) gave neither a token nor a certificate with its key")
    }
    return credential
  }

  /// RFC 3339, with or without parts of a second. What cannot be read is an error: taken for "never" it would be used for too long.
  private func date(_ text: String) throws -> Date {
    let formatter = ISO8601DateFormatter()
    if let date = formatter.date(from: text) { return date }
    formatter.formatOptions.insert(.withFractionalSeconds)
    if let date = formatter.date(from: text) { return date }
    throw TransportError(
      .credentials,
      "the credential plugin \(plugin.command) gave the expirationTimestamp \"\(text)\"; it must be like 2026-01-31T12:00:00Z")
  }

  private func environment() -> [String: String] {
    var environment = ProcessInfo.processInfo.environment.merging(plugin.environment) { $1 }
    var spec: JSONValue = ["interactive": false]
    if plugin.providesClusterInfo {
      spec["cluster"] = ["server": .string(connection.server), "insecure-skip-tls-verify": .bool(connection.skipsTLSVerification)]
    }
    let info: JSONValue = ["apiVersion": .string(plugin.apiVersion), "kind": "ExecCredential", "spec": spec]
    environment["KUBERNETES_EXEC_INFO"] = info.text()
    return environment
  }
}
