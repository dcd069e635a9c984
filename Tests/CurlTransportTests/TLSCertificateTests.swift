import ControllerRuntime
import CurlTransport
import Foundation
import Kubernetes
import TestKit
import Testing

/// Who is trusted: the server's certificate, and the client's, with a real kube-apiserver.
@Suite("TLS: certificates", .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"))
struct TLSCertificateTests {
  private func failure(_ connection: ClusterConnection) async -> TransportError? {
    await #expect(throws: TransportError.self) { try await TLSWorld.transport(connection).send(TLSWorld.whoAmI) }
  }

  private func status(_ connection: ClusterConnection) async throws -> Int {
    try await TLSWorld.transport(connection).send(TLSWorld.whoAmI).head.status
  }

  @Test("A client certificate from a kubeconfig, as data or as files beside it, makes an administrator")
  func clientCertificate() async throws {
    let world = try await TLSWorld()
    #expect(try await status(world.admin) == 200)
    let folder = try TemporaryDirectory()
    for (file, name) in [
      (world.cluster.authority, "ca.crt"), (world.cluster.adminCertificate, "me.crt"), (world.cluster.adminKey, "me.key"),
    ] {
      try folder.write(try Places.text(file), to: name)
    }
    let file = try folder.write(
      """
      {kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
      clusters: [{name: c, cluster: {server: "\(world.cluster.server)", certificate-authority: ca.crt}}],
      users: [{name: u, user: {client-certificate: me.crt, client-key: me.key}}]}
      """, to: "config")
    #expect(try await status(try KubeConfig(files: [file]).connection()) == 200)
  }

  @Test("Without a client certificate the server sees nobody it knows")
  func noClientCertificate() async throws {
    let world = try await TLSWorld()
    let error = await #expect(throws: KubeError.self) { try await Client(TLSWorld.transport(world.anonymous)).send(TLSWorld.whoAmI) }
    #expect(error?.status?.code == 403 && error?.description.contains("system:anonymous") == true, "\(String(describing: error))")
  }

  @Test("A client certificate of a foreign authority is unauthorized")
  func foreignClientCertificate() async throws {
    let world = try await TLSWorld()
    let folder = try TemporaryDirectory()
    let (certificate, key) = try await TLSWorld.selfSigned("stranger", in: folder)
    let connection = world.anonymous {
      $0.clientCertificate = .file(certificate)
      $0.clientKey = .file(key)
    }
    let error = await #expect(throws: KubeError.self) { try await Client(TLSWorld.transport(connection)).send(TLSWorld.whoAmI) }
    #expect(error?.status?.isUnauthorized == true, "\(String(describing: error))")
  }

  @Test("A renewed client certificate in the same files is used after the old one was refused")
  func renewedClientCertificate() async throws {
    let world = try await TLSWorld()
    let folder = try TemporaryDirectory()
    let (certificate, key) = try await TLSWorld.selfSigned("stranger", in: folder)
    let transport = TLSWorld.transport(
      world.anonymous {
        $0.clientCertificate = .file(certificate)
        $0.clientKey = .file(key)
      })
    #expect(try await transport.send(TLSWorld.whoAmI).head.status == 401)
    try folder.write(try Places.text(world.cluster.adminCertificate), to: "stranger.crt")
    try folder.write(try Places.text(world.cluster.adminKey), to: "stranger.key")
    #expect(try await transport.send(TLSWorld.whoAmI).head.status == 200)
  }

  @Test("A server that ends TLS because of the client's certificate is not asked again", arguments: ["-tls1_2", "-tls1_3"], [true, false])
  func refusedInTLS(version: String, hasCertificate: Bool) async throws {
    let world = try await TLSWorld()
    let folder = try TemporaryDirectory()
    let (certificate, key) = try await TLSWorld.selfSigned("stranger", in: folder)
    let pki = "\(world.cluster.folder)/pki"
    let server = try ChildProcess(
      "openssl",
      [
        "s_server", "-accept", "127.0.0.1:0", "-cert", "\(pki)/apiserver.crt", "-key", "\(pki)/apiserver.key", "-CAfile", "\(pki)/ca.crt",
        "-Verify", "2", "-verify_return_error", "-alpn", "h2", version, "-naccept", "50",
      ], input: .open)
    let port = try await eventually("openssl s_server listens") { () -> String? in
      let line = server.output.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
      return line?.split(separator: ":").last.map(String.init)
    }
    let connection = world.anonymous {
      $0.server = "https://127.0.0.1:\(port)"
      if hasCertificate {
        $0.clientCertificate = .file(certificate)
        $0.clientKey = .file(key)
      }
    }
    let error = await failure(connection)
    #expect(error?.kind == .tls && error?.isTransient == false, "\(String(describing: error))")
    #expect(error?.message.contains("client-certificate") == true, "\(String(describing: error))")
  }

  @Test("A key that belongs to another certificate, or is none, is named")
  func wrongKey() async throws {
    let world = try await TLSWorld()
    let folder = try TemporaryDirectory()
    let key = try await TLSWorld.selfSigned("stranger", in: folder).key
    for key in [key, try folder.write("no key\n", to: "none.key")] {
      let error = await failure(
        world.anonymous {
          $0.clientCertificate = .file(world.cluster.adminCertificate)
          $0.clientKey = .file(key)
        })
      #expect(error?.kind == .tls && error?.message.contains("client-key") == true, "\(String(describing: error))")
    }
  }

  @Test("A server of another authority is not trusted, and the message says which field to look at")
  func wrongAuthority() async throws {
    let world = try await TLSWorld()
    let folder = try TemporaryDirectory()
    let foreign = try await TLSWorld.selfSigned("authority", in: folder).certificate
    let empty = try folder.write("no certificate\n", to: "empty.crt")
    for authority in [nil, foreign, empty] {
      var connection = world.admin
      connection.authority = authority.map { .file($0) }
      let error = await failure(connection)
      #expect(error?.kind == .tls && error?.isTransient == false, "\(String(describing: error))")
      #expect(error?.message.contains("certificate-authority") == true, "\(String(describing: error))")
    }
  }

  @Test("An authority file that is gone is named")
  func missingAuthority() async throws {
    let world = try await TLSWorld()
    let error = await failure(world.anonymous { $0.authority = .file("/nonexistent/ca.crt") })
    #expect(error?.kind == .credentials && error?.message.contains("/nonexistent/ca.crt") == true, "\(String(describing: error))")
  }

  @Test("insecure-skip-tls-verify trusts anybody")
  func insecure() async throws {
    let world = try await TLSWorld()
    var connection = world.admin
    connection.authority = nil
    connection.skipsTLSVerification = true
    #expect(try await status(connection) == 200)
  }

  @Test("A server at an address that its certificate does not have is reached by tls-server-name, and only by a name it has")
  func serverName() async throws {
    let world = try await TLSWorld()
    let relay = try Relay(to: try world.port, host: "127.0.0.2")
    var connection = world.admin(through: relay, host: "127.0.0.2")
    for name in [nil, "example.invalid"] {
      connection.tlsServerName = name
      let error = await failure(connection)
      #expect(error?.kind == .tls && error?.message.contains("tls-server-name") == true, "\(String(describing: error))")
    }
    connection.tlsServerName = "kubernetes.default.svc"
    #expect(try await status(connection) == 200)
  }

  @Test("A server that speaks no TLS is told from one that is down")
  func noTLS() async throws {
    let world = try await TLSWorld()
    let server = try Relay(to: nil, greeting: "HTTP/1.1 400 Bad Request\r\n\r\n")
    let error = await failure(world.anonymous { $0.server = "https://127.0.0.1:\(server.port)" })
    #expect(error?.kind == .tls && error?.message.contains("does the server speak TLS") == true, "\(String(describing: error))")
  }
}
