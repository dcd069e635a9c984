import ArgumentParser
import DataPlane

/// TLS of the data planes in this process; all of them show the same certificate.
struct GatewayTLSOptions: ParsableArguments {
  @Option(
    name: .customLong("gateway-tls-certificate"),
    help: ArgumentHelp("TLS certificate chain of the data planes in PEM, read again when it changes.", valueName: "file"))
  var certificate: String?
  @Option(name: .customLong("gateway-tls-key"), help: ArgumentHelp("Its private key in PEM.", valueName: "file")) var key: String?
  @Option(
    name: .customLong("gateway-tls-client-ca"),
    help: ArgumentHelp("Certificates in PEM that vouch for clients' certificates.", valueName: "file"))
  var clientCA: String?
  @Option(
    name: .customLong("gateway-tls-client-auth"),
    help: ArgumentHelp("Whether clients must show a certificate: none, optional or required.", valueName: "choice"))
  var clientAuth: TLSSettings.ClientAuth?

  func validate() throws {
    guard (certificate == nil) == (key == nil) else {
      throw ValidationError("--gateway-tls-certificate and --gateway-tls-key go together: give both")
    }
    guard certificate != nil || (clientCA == nil && clientAuth == nil) else {
      throw ValidationError("clients show certificates over TLS only: give --gateway-tls-certificate and --gateway-tls-key as well")
    }
  }

  var settings: TLSSettings? {
    guard let certificate, let key else { return nil }
    return TLSSettings(certificate: certificate, key: key, clientCA: clientCA, clientAuth: clientAuth)
  }

  var scheme: String { certificate == nil ? "http" : "https" }
}

extension TLSSettings.ClientAuth: ExpressibleByArgument {}
