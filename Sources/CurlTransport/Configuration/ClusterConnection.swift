import Foundation

/// How to reach one API server: what a kubeconfig's context or a pod's service account says.
package struct ClusterConnection: Sendable {
  /// Base URL: scheme, host, port and possibly a path; no slash at the end.
  package var server: String
  /// PEM certificates that the server's must be signed by; `nil` trusts the system's.
  package var authority: DataSource?
  package var clientCertificate: DataSource?
  package var clientKey: DataSource?
  package var skipsTLSVerification = false
  /// The name in the server's certificate, when it is not the URL's host.
  package var tlsServerName: String?
  package var proxyURL: String?
  package var credential: Credential = .none
  /// The namespace that requests mean when they name none.
  package var namespace: String = "default"

  package init(server: String) {
    var server = server
    while server.hasSuffix("/") { server.removeLast() }
    self.server = server
  }

  package var isTLS: Bool { server.lowercased().hasPrefix("https://") }
}

/// Bytes given as they are, or read from a file that may change.
package enum DataSource: Sendable, Equatable {
  case bytes([UInt8])
  case file(String)
}

/// What proves to the server who is asking, besides a client certificate.
package enum Credential: Sendable, Equatable {
  case none
  case bearer(String)
  /// Re-read when the file changes, as for projected service account tokens.
  case tokenFile(String)
  case basic(user: String, password: String)
  case exec(ExecPlugin)
}

/// A program that prints an ExecCredential (client.authentication.k8s.io).
package struct ExecPlugin: Sendable, Equatable {
  package var apiVersion: String
  package var command: String
  package var arguments: [String]
  package var environment: [String: String]
  package var installHint: String?
  package var providesClusterInfo: Bool

  package init(
    apiVersion: String, command: String, arguments: [String] = [], environment: [String: String] = [:], installHint: String? = nil,
    providesClusterInfo: Bool = false
  ) {
    self.apiVersion = apiVersion
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.installHint = installHint
    self.providesClusterInfo = providesClusterInfo
  }
}
