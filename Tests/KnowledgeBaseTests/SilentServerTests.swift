import Dispatch
import Foundation
import Planning
import PostgresClient
import TestKit
import Testing

@testable import KnowledgeBase

/// A database that takes connections and never says a word, as behind a firewall that drops, or stopped in the middle.
@Suite(.serialized) struct `A PostgreSQL that never answers` {
  private func location(_ server: SilentServer) throws -> KnowledgeLocation {
    // libpq's least time to connect is two seconds.
    try KnowledgeLocation("postgres://podium@127.0.0.1:\(server.port)/facts?connect_timeout=2&sslmode=disable")
  }

  @Test func `holds up a plan for the time to connect, and then there is a clear error`() throws {
    let server = try SilentServer()
    let location = try location(server)
    let start = ContinuousClock.now
    let error = #expect(throws: KnowledgeError.self) { try KnowledgeSource(reading: location) }
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect("\(try #require(error))".contains("cannot be reached"))
  }

  @Test func `lets a service start with the shipped facts and keep them, with a warning`() async throws {
    let server = try SilentServer()
    let start = ContinuousClock.now
    let source = try await KnowledgeSource.start(try location(server))
    #expect(source.current.knowledge.benchmarks.count > 5000)
    #expect(source.current.trouble?.text.contains("planning with the shipped facts until it answers") == true)
    let since = source.current.trouble?.since
    // A refresh waits on a thread of its own; what is current is at hand meanwhile.
    async let refreshed = source.refresh()
    #expect(source.current.knowledge.benchmarks.count > 5000)
    let after = await refreshed
    #expect(after.trouble != nil && after.trouble?.since == since && after.knowledge.benchmarks.count > 5000)
    await #expect(throws: KnowledgeError.self) { try await source.record(learned: []) }
    #expect(ContinuousClock.now - start < .seconds(40))
  }

  @Test func `and falls silent after its greeting is given up on, one statement or all of them`() throws {
    let server = try SilentServer(greets: true)
    guard case .postgres(let address) = try location(server) else { return }
    for (statement, all) in [(Duration.milliseconds(200), nil), (.seconds(60), Duration.milliseconds(200))] as [(Duration, Duration?)] {
      let connection = try PostgresConnection(address, statementLimit: statement, limit: all)
      let start = ContinuousClock.now
      let error = #expect(throws: PostgresError.self) { try connection.transaction("READ ONLY") { try connection.execute("SELECT 1") } }
      #expect("\(try #require(error))".contains("did not answer within"))
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }
}

/// Takes connections and says nothing; or, when it greets, what PostgreSQL says to a client that needs no password, and then nothing.
private final class SilentServer: Sendable {
  let port: Int
  private let listener: Int32

  init(greets: Bool = false) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, generic, &length) == 0
      }
    }
    guard listener >= 0, bound else { throw TestKitError("no socket to listen on: \(errno)") }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    // Without a greeting the kernel takes the connections, and nobody reads them.
    guard greets else { return }
    DispatchQueue(label: "silent").async {
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        var startup = [UInt8](repeating: 0, count: 1024)
        _ = recv(client, &startup, startup.count, 0)
        // AuthenticationOk, ReadyForQuery (idle). The descriptor stays open until the process ends.
        let greeting: [UInt8] = [0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]
        _ = send(client, greeting, greeting.count, 0)
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }
}
