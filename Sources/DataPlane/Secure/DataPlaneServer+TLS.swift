extension DataPlaneServer {
  /// Reads the files of the listener's certificate again, in case they have changed unnoticed. Files that cannot be used are logged,
  /// and what was in force stays. Does nothing without TLS.
  package func reloadCertificates() { tls?.renew(always: true) }

  /// When the listener's certificate expires, in seconds since 1970; `nil` without TLS.
  package var certificateExpiry: Int? { tls?.expiry }
}
