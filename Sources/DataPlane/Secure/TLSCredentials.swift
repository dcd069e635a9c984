import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that have been checked, and the TLS context made of them.
struct TLSCredentials: Sendable {
  let context: NIOSSLContext
  /// When the server's certificate expires, in seconds since 1970.
  let expiry: Int

  /// - Parameter now: Seconds since 1970.
  init(_ settings: TLSSettings, _ files: TLSFiles, now: Int) throws(TLSError) {
    let chain = try Self.certificates(files.certificate, settings.certificate, "certificate")
    guard let leaf = chain.first else { throw .noCertificate(path: settings.certificate, field: "certificate") }
    guard leaf.notValidAfter > now else { throw .expired(path: settings.certificate, since: Self.date(leaf.notValidAfter)) }
    guard leaf.notValidBefore <= now else { throw .notYetValid(path: settings.certificate, from: Self.date(leaf.notValidBefore)) }
    guard let key = try? NIOSSLPrivateKey(bytes: files.key, format: .pem) else { throw .noKey(path: settings.key) }

    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = settings.minimumVersion == .v13 ? .tlsv13 : .tlsv12
    configuration.applicationProtocols = ["h2", "http/1.1"]
    try Self.askClients(&configuration, settings, files)
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw Self.refusal(error, settings)
    }
    expiry = leaf.notValidAfter
  }

  private static func askClients(_ configuration: inout TLSConfiguration, _ settings: TLSSettings, _ files: TLSFiles) throws(TLSError) {
    guard settings.clientAuth != .none else {
      guard settings.clientCA == nil else { throw .clientCAUnused }
      return
    }
    guard let path = settings.clientCA, let bytes = files.clientCA else { throw .clientCAMissing }
    configuration.trustRoots = .certificates(try certificates(bytes, path, "clientCA"))
    // Clients' names are not host names: who they are is decided by their identity.
    configuration.certificateVerification = settings.clientAuth == .required ? .noHostnameVerification : .optionalVerification
    configuration.sendCANameList = true
  }

  private static func certificates(_ bytes: [UInt8], _ path: String, _ field: String) throws(TLSError) -> [NIOSSLCertificate] {
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
      throw .noCertificate(path: path, field: field)
    }
    return certificates
  }

  private static func refusal(_ error: any Error, _ settings: TLSSettings) -> TLSError {
    // The key has been read already: what the library still refuses is the pair.
    if case .failedToLoadPrivateKey? = error as? NIOSSLError {
      return .keyMismatch(certificate: settings.certificate, key: settings.key)
    }
    return .refused(reason: "\(error)")
  }

  /// In UTC.
  private static func date(_ seconds: Int) -> String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(two(parts.tm_hour)):\(two(parts.tm_min)) UTC"
  }
}
