import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Scheduling
import TestKit
import Testing

@testable import TokenVerification

@Suite struct `Keys over TLS` {
  /// Answers every request with one text.
  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let text: String
    init(_ text: String) { self.text = text }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let head = "HTTP/1.1 200 OK\r\ncontent-length: \(text.utf8.count)\r\nconnection: close\r\n\r\n"
      context.writeAndFlush(NIOAny(ByteBuffer(string: head + text)), promise: nil)
    }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  @Test func `are believed only from a server whose certificate is trusted`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("podium-tls-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = try await Command.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(folder)/key.pem", "-out",
        "\(folder)/ca.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
      ])
    #expect(made.status == 0, "\(made.errors)")
    let key = try await SigningKey.make(.es256)
    let set = SigningKey.set(key.jwk())
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile("\(folder)/ca.pem").map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem)))
    let context = try NIOSSLContext(configuration: configuration)
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: context), Answer(set))
        }
      }
      .bind(host: "localhost", port: 0).get()
    let url = "https://localhost:\(server.localAddress?.port ?? 0)/keys"
    let token = try key.token(Bench.claims())
    var limits = VerificationLimits()
    limits.firstPause = .milliseconds(1)
    for (authority, isTrusted) in [
      (nil, false), (TokenIssuer.Authority.file("\(folder)/ca.pem"), true),
      (.pem(try String(contentsOfFile: "\(folder)/ca.pem", encoding: .utf8)), true),
    ] {
      let issuers = [TokenIssuer(issuer: Bench.issuer, keys: .url(url), authority: authority)]
      try await Bench.run(issuers, limits: limits) { verifier in
        let finding = await verifier.judge(token, issuers)
        #expect((finding.verified != nil) == isTrusted && finding.isUnavailable == !isTrusted, "\(finding)")
      }
    }
    try await server.close()
  }
}
