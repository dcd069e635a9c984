import Foundation
import Synchronization

/// A real Redis of one test, with a password, in memory, on a loopback port of its own. It can be stopped and started.
package final class RedisServer: Sendable {
  package static let password = "s3cret/Word%"

  package let port: Int
  private let folder: TemporaryDirectory
  private let child = Mutex<ChildProcess?>(nil)

  /// `nil` when there is no Redis here.
  package static let program: String? = Tools.find("redis-server")

  package static func start() async throws -> RedisServer {
    let server = RedisServer(port: try ephemeralPort(), folder: try TemporaryDirectory())
    try await server.launch()
    return server
  }

  private init(port: Int, folder: TemporaryDirectory) {
    self.port = port
    self.folder = folder
  }

  /// Starts it, again when it was stopped.
  package func launch() async throws {
    guard let program = Self.program else { throw TestKitError("there is no Redis; hack/setup test installs it") }
    let process = try ChildProcess(
      program,
      ["--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", folder.path, "--requirepass", Self.password])
    child.withLock { $0 = process }
    try await eventually("Redis is ready", within: .seconds(60)) {
      if let status = process.exitStatus() { throw TestKitError("it ended with status \(status): \(process.errors)") }
      return try await command(["PING"]) == "PONG"
    }
  }

  package func stop() async throws {
    guard let process = child.withLock({ $0 }) else { return }
    process.signal(SIGTERM)
    try await process.wait(within: .seconds(60))
    child.withLock { $0 = nil }
  }

  package var url: String {
    "redis://:\(Self.password.replacing("%", with: "%25").replacing("/", with: "%2F"))@127.0.0.1:\(port)"
  }

  /// What redis-cli prints.
  package func command(_ words: [String]) async throws -> String {
    try await Command.run(
      "redis-cli", ["-h", "127.0.0.1", "-p", "\(port)", "--no-auth-warning", "-a", Self.password] + words
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
