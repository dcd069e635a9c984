import Foundation

/// A certificate authority of its own for one test, by openssl. Everything is in a folder that ends with it.
package final class TestCertificates: Sendable {
  /// Paths of a certificate and of its key, in PEM.
  package struct Pair: Sendable {
    package let certificate: String
    package let key: String
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

  private let folder: TemporaryDirectory
  package let authority: Pair

  package init() async throws {
    folder = try TemporaryDirectory()
    authority = Pair(certificate: folder.path + "/ca.pem", key: folder.path + "/ca.key")
    try await Self.openssl(
      ["req", "-x509"] + Self.newKey + [
        "-keyout", authority.key, "-out", authority.certificate, "-days", "2", "-subj", "/CN=test authority",
      ])
  }

  /// - Parameters:
  ///   - names: Subject alternative names as openssl writes them, for example `DNS:localhost`; none leaves the extension out.
  ///   - days: From now; a negative number makes a certificate that has expired.
  package func issue(_ file: String, commonName: String = "test", names: [String] = [], days: Int = 2) async throws -> Pair {
    let pair = Pair(certificate: "\(folder.path)/\(file).pem", key: "\(folder.path)/\(file).key")
    let request = "\(folder.path)/\(file).csr"
    let extensions = try folder.write(
      "basicConstraints=CA:FALSE\n" + (names.isEmpty ? "" : "subjectAltName=\(names.joined(separator: ","))\n"), to: "\(file).ext")
    try await Self.openssl(["req"] + Self.newKey + ["-keyout", pair.key, "-out", request, "-subj", "/CN=\(commonName)"])
    try await Self.openssl(
      [
        "x509", "-req", "-in", request, "-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial", "-days", "\(days)",
        "-extfile", extensions, "-out", pair.certificate,
      ])
    return pair
  }

  /// For a server on this machine.
  package func server(_ file: String = "server") async throws -> Pair { try await issue(file, names: ["IP:127.0.0.1", "DNS:localhost"]) }

  private static func openssl(_ arguments: [String]) async throws { try await Command.run("openssl", arguments).checked() }
}
