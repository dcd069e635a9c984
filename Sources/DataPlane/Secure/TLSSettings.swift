/// TLS on the listener: what the server shows of itself, and what it asks of its clients.
package struct TLSSettings: Sendable, Equatable {
  /// Whether clients must show a certificate.
  package enum ClientAuth: String, Sendable, CaseIterable {
    /// They are not asked.
    case none
    /// One that is shown must be valid; without one the connection has no identity.
    case optional
    /// A connection without a valid one is refused.
    case required
  }

  package enum Version: String, Sendable, CaseIterable {
    case v12 = "1.2"
    case v13 = "1.3"
  }

  /// Path of the certificate chain in PEM, the server's own certificate first.
  package var certificate: String
  /// Path of its private key in PEM.
  package var key: String
  /// Path of the certificates in PEM that vouch for clients' certificates.
  package var clientCA: String?
  package var clientAuth: ClientAuth
  package var minimumVersion: Version
  /// How long a client may take for the handshake.
  package var handshakeTimeout: Duration = .seconds(10)
  /// How soon changed files are noticed.
  package var watchInterval: Duration = .seconds(1)

  /// - Parameter clientAuth: `nil` asks for certificates if there is a `clientCA`.
  package init(
    certificate: String, key: String, clientCA: String? = nil, clientAuth: ClientAuth? = nil, minimumVersion: Version = .v12
  ) {
    self.certificate = certificate
    self.key = key
    self.clientCA = clientCA
    self.clientAuth = clientAuth ?? (clientCA == nil ? .none : .required)
    self.minimumVersion = minimumVersion
  }
}
