import Foundation
import JSON
import TestKit
import Testing

/// The programs with JSON Web Tokens that openssl has signed.
@Suite struct `Tokens of callers` {
  private let program = Places.repository + "/.build/debug/podium-proxy"

  @Test func `are verified by podium-proxy from its file to the answer, and go on when the issuer is gone`() async throws {
    let directory = try TemporaryDirectory()
    let (key, stranger) = (try await OpenSSLKey("key.pem", in: directory), try await OpenSSLKey("stranger.pem", in: directory))
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

  @Test func `are classified by a QoSPolicy in podium dev as well`() async throws {
    let dev = try await RunningDev.start()
    let directory = try TemporaryDirectory()
    let key = try await OpenSSLKey("key.pem", in: directory)
    let set = key.jwks(kid: "one")
    let issuer = try ScriptedServer { _ in [.answer(200, set)] }
    defer { issuer.stop() }
    try await dev.apply(
      """
      apiVersion: qos.maas.io/v1
      kind: QoSPolicy
      metadata: {name: tokens}
      spec:
        tiers:
        - {name: gold, weight: 80, priority: 10}
        - {name: rest, weight: 20, priority: 1}
        classification:
          sources:
          - jwt: {issuer: "https://auth.example.com", jwksURL: "\(issuer.url)/keys", claim: groups, tiers: {vip: gold}}
      """)
    try await dev.apply(try Example.text("chat-llama"))
    try await dev.kubectl("wait", "--for=condition=Ready", "--timeout=90s", "modeldeployment/chat-llama", "qospolicy/tokens").checked()
    let conditions = try await dev.json("qospolicy/tokens")[["status", "conditions"]]?.text() ?? ""
    #expect(!conditions.contains("jwt"), "nothing is left that is not acted on: \(conditions)")

    let expiry = Int(Date().timeIntervalSince1970) + 600
    let claims: JSONValue = ["iss": "https://auth.example.com", "sub": "u", "groups": ["staff", "vip"], "exp": JSONValue(expiry)]
    let token = try await key.token(kid: "one", claims)
    #expect(try await dev.chat("chat-llama", headers: ["authorization: Bearer \(token)"]).output.contains("x-podium-tier: gold"))
    #expect(try await dev.chat("chat-llama").output.contains("x-podium-tier: rest"))
    let forged = try await dev.chat("chat-llama", headers: ["authorization: Bearer \(token.dropLast(8))AAAAAAAA"]).output
    #expect(forged.hasPrefix("HTTP/1.1 401 ") && forged.contains("token_signature"), "\(forged)")
  }
}
