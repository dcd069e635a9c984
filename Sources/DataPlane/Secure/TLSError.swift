/// Why TLS cannot be served with the files that are there.
package enum TLSError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String, field: String, reason: String)
  case noCertificate(path: String, field: String)
  case noKey(path: String)
  case keyMismatch(certificate: String, key: String)
  case expired(path: String, since: String)
  case notYetValid(path: String, from: String)
  case clientCAMissing
  case clientCAUnused
  case refused(reason: String)

  package var description: String {
    switch self {
    case .unreadable(let path, let field, let reason):
      "listen.tls.\(field): \(path) cannot be read (\(reason)): check that the file exists and that its permissions allow it"
    case .noCertificate(let path, let field):
      "listen.tls.\(field): \(path) has no certificate in PEM: it must have a block -----BEGIN CERTIFICATE-----"
    case .noKey(let path):
      "listen.tls.key: \(path) has no private key in PEM without a passphrase: it must have a block -----BEGIN PRIVATE KEY-----"
    case .keyMismatch(let certificate, let key):
      "listen.tls.key: \(key) is not the key of the first certificate in \(certificate): give the pair that was issued together"
    case .expired(let path, let since): "listen.tls.certificate: \(path) expired on \(since): renew the certificate"
    case .notYetValid(let path, let from):
      "listen.tls.certificate: \(path) is valid from \(from) only: check this machine's clock, or wait"
    case .clientCAMissing: "listen.tls.clientCA is missing: clientAuth needs the certificates that vouch for clients"
    case .clientCAUnused: "listen.tls.clientCA is given, and clientAuth is none: write clientAuth: optional or required, or remove clientCA"
    case .refused(let reason): "listen.tls: the TLS library refuses this configuration: \(reason)"
    }
  }
}
