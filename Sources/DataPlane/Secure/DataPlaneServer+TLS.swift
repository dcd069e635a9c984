extension DataPlaneServer {
  /// Reads the files of the listeners' certificates again, in case they have changed unnoticed. Files that cannot be used are logged,
  /// and what was in force stays. Does nothing without TLS.
  package func reloadCertificates() { for keeper in keepers { keeper.renew(always: true) } }

  /// When the first of the listeners' certificates expires, in seconds since 1970; `nil` without TLS.
  package var certificateExpiry: Int? { keepers.map(\.expiry).min() }
}
