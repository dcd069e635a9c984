import Console
import Testing

@Suite("Who may ask")
struct AccessTests {
  @Test(
    "Beyond loopback nobody is served without a token",
    arguments: ["0.0.0.0", "10.1.2.3", "::", "example.org", "127.0.0.1.example.org", "127.1"])
  func refused(host: String) {
    #expect(ConsoleAccess(host: host, token: nil) == nil)
    #expect(ConsoleAccess(host: host, token: "0123456789abcdef") != nil)
  }

  @Test("Loopback needs none", arguments: ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
  func loopback(host: String) {
    #expect(ConsoleAccess(host: host, token: nil) != nil)
  }

  @Test(
    "Only the right token opens, on every path",
    arguments: ["/api/v1/health", "/openapi.json", "/api/v1/catalog/models", "/api/v1/data/health", "/nothing"])
  func token(path: String) async throws {
    let api = try Sample.api(access: .network(token: "0123456789abcdef"))
    for shown in [nil, "", "Bearer", "Bearer ", "Bearer 0123456789abcdeX", "Basic 0123456789abcdef", "0123456789abcdef"] {
      let reply = await api.answer(ConsoleRequest("GET", path, authorization: shown))
      #expect(reply.status == 401, "\(shown ?? "nothing")")
      #expect(reply.headers.contains { $0.name == "WWW-Authenticate" })
    }
    let reply = await api.answer(ConsoleRequest("GET", path, authorization: "bearer 0123456789abcdef"))
    #expect(reply.status == (path == "/nothing" ? 404 : 200))
  }

  @Test("A page that was made to point at loopback is not answered")
  func rebinding() async throws {
    let api = try Sample.api()
    for (host, status) in [
      ("evil.example", 403), ("evil.example:8091", 403), ("localhost:8091", 200), ("127.0.0.1:1", 200), ("[::1]:5", 200),
    ] {
      #expect(await api.answer(ConsoleRequest("GET", "/api/v1/health", host: host)).status == status, "\(host)")
    }
  }
}
