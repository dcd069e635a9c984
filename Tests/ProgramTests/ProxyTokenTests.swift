import Foundation
import JSON
import TestKit
import Testing

/// podium-proxy with JSON Web Tokens that openssl has signed.
@Suite struct `podium-proxy and tokens` {
  private let program = Places.repository + "/.build/debug/podium-proxy"

  /// An RSA key of openssl's.
  private struct Key {
    let path: String
    let modulus: String

    init(_ name: String, in directory: TemporaryDirectory) async throws {
      path = try directory.write("", to: name)
      _ = try await Command.run("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path]).checked()
      let printed = try await Command.run("openssl", ["rsa", "-in", path, "-noout", "-modulus"]).checked().output
      modulus = Self.base64URL(Self.bytes(printed.split(separator: "=").last ?? ""))
    }

    func jwks(kid: String) -> String {
      (["keys": [["kty": "RSA", "kid": .string(kid), "use": "sig", "n": .string(modulus), "e": "AQAB"]]] as JSONValue).text()
    }

    func token(kid: String, _ claims: JSONValue) async throws -> String {
      let header: JSONValue = ["alg": "RS256", "kid": .string(kid)]
      let input = Self.base64URL(header.bytes()) + "." + Self.base64URL(claims.bytes())
      let signed = try await Command.run("openssl", ["dgst", "-sha256", "-sign", path, "-hex"], input: input).checked().output
      return input + "." + Self.base64URL(Self.bytes(signed.split(separator: " ").last ?? ""))
    }

    private static func bytes(_ hexadecimal: Substring) -> [UInt8] {
      let digits = Array(hexadecimal.utf8.filter { $0 > 0x20 })
      return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
      }
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
      Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
  }

  @Test func `verify them from the file to the answer, and go on when the issuer is gone`() async throws {
    let directory = try TemporaryDirectory()
    let (key, stranger) = (try await Key("key.pem", in: directory), try await Key("stranger.pem", in: directory))
    let set = key.jwks(kid: "one")
    let issuer = try ScriptedServer { request in [.answer(request.target == "/keys" ? 200 : 404, set)] }
    let model = try ScriptedServer { _ in [.answer(200, #"{"choices":[]}"#)] }
    defer {
      issuer.stop()
      model.stop()
    }
    let path = try directory.write(
      """
      policy:
        classification:
        - jwt: {issuer: "https://auth.example.com", jwksURL: "\(issuer.url)/keys", audiences: [podium], claim: plan, tiers: {gold: premium}}
        pools:
        - {name: m, backends: [{host: 127.0.0.1, port: \(model.port)}]}
      """, to: "proxy.yaml")
    let child = try ChildProcess(program, ["--config", path, "--port", "0"])
    var address = ""
    for _ in 0..<6000 where address.isEmpty {
      address = child.output.firstRange(of: "http://").map { String(child.output[$0.lowerBound...].prefix { $0 > " " }) } ?? ""
      try await Task.sleep(for: .milliseconds(10))
    }
    func ask(_ token: String?) async throws -> String {
      let bearer = token.map { ["-H", "authorization: Bearer \($0)"] } ?? []
      return try await Command.run(
        "curl", ["-sS", "-i", "--max-time", "60", "-d", #"{"model":"m"}"#, "\(address)/v1/completions"] + bearer
      ).checked().output
    }
    let expiry = Int(Date().timeIntervalSince1970) + 600
    let claims: JSONValue = ["iss": "https://auth.example.com", "aud": "podium", "sub": "u", "plan": "gold", "exp": JSONValue(expiry)]
    let token = try await key.token(kid: "one", claims)
    #expect(try await ask(token).contains("x-podium-tier: premium"))
    #expect(try await ask(nil).contains("x-podium-tier: free"))
    #expect(model.requests.filter { $0.method == "POST" }.allSatisfy { $0.headers["authorization"] == nil })

    var old = claims.object ?? [:]
    old["exp"] = 1_000_000_000
    let expired = try await ask(key.token(kid: "one", .object(old)))
    #expect(expired.hasPrefix("HTTP/1.1 401 ") && expired.contains("error_description=\"The token has expired\""), "\(expired)")
    #expect(expired.contains(#""code":"token_expired""#))
    #expect(try await ask(stranger.token(kid: "one", claims)).contains("token_signature"))

    issuer.stop()
    #expect(try await ask(token).contains("x-podium-tier: premium"))
    #expect(try await ask(key.token(kid: "one", claims)).contains("x-podium-tier: premium"))
    let metrics = try await Command.run("curl", ["-sS", "--max-time", "60", "\(address)/metrics"]).checked().output
    #expect(metrics.contains(#"qos_token_keys{namespace="default",issuer="https://auth.example.com"} 1"#), "\(metrics)")
    kill(child.pid, SIGTERM)
    #expect(try await child.wait(within: .seconds(30)) == 0)
  }
}
