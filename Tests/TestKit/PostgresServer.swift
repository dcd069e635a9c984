import Foundation
import Synchronization

/// A real PostgreSQL of one test: its own data, password and certificate, on a loopback port of its own. It can be stopped and started.
package final class PostgresServer: Sendable {
  package static let user = "podium"
  package static let password = "s3cret-Word%"

  package let port: Int
  package let certificates: TestCertificates
  private let folder: TemporaryDirectory
  private let child = Mutex<ChildProcess?>(nil)

  /// Where the server's programs are: Debian keeps them off the PATH. `nil` when there is no PostgreSQL here.
  package static let programs: String? = {
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []).compactMap { Int($0) }
    let folders = versions.sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" } + ["/usr/bin", "/usr/local/bin", "/usr/pgsql/bin"]
    return folders.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
  }()

  /// initdb, a certificate for 127.0.0.1, and the server, ready for connections.
  package static func start() async throws -> PostgresServer {
    guard let programs else { throw TestKitError("there is no PostgreSQL; hack/setup test installs it") }
    let server = try await PostgresServer()
    let files = server.folder.path
    let certificate = try await server.certificates.server()
    for (source, name) in [(certificate.certificate, "server.crt"), (certificate.key, "server.key")] {
      try FileManager.default.copyItem(atPath: source, toPath: "\(files)/\(name)")
    }
    try server.folder.write(password, to: "password")
    if getuid() == 0 { try await Command.run("chown", ["-R", "nobody", files]).checked() }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(files)/server.key")
    try await Command.run(
      unprivileged[0],
      unprivileged.dropFirst() + [
        "\(programs)/initdb", "--pgdata", "\(files)/data", "--username", user, "--auth", "scram-sha-256", "--pwfile", "\(files)/password",
        "--encoding", "UTF8", "--locale", "C", "--no-sync",
      ]
    ).checked()
    try await server.launch()
    return server
  }

  private init() async throws {
    folder = try TemporaryDirectory()
    certificates = try await TestCertificates()
    port = try ephemeralPort()
  }

  /// PostgreSQL refuses to run as root.
  private static var unprivileged: [String] {
    getuid() == 0 ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"] : ["env"]
  }

  /// Starts it, again when it was stopped.
  package func launch() async throws {
    guard let programs = Self.programs else { return }
    let settings = [
      "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "ssl=on", "ssl_cert_file=\(folder.path)/server.crt",
      "ssl_key_file=\(folder.path)/server.key", "shared_buffers=16MB", "max_connections=20",
    ]
    let process = try ChildProcess(
      Self.unprivileged[0],
      Self.unprivileged.dropFirst() + ["\(programs)/postgres", "-D", "\(folder.path)/data", "-p", "\(port)"]
        + settings.flatMap { ["-c", $0] })
    child.withLock { $0 = process }
    try await eventually("PostgreSQL is ready", within: .seconds(60)) {
      if let status = process.exitStatus() { throw TestKitError("it ended with status \(status): \(process.errors)") }
      return try await Command.run("\(programs)/pg_isready", ["-q", "-h", "127.0.0.1", "-p", "\(port)"]).succeeded
    }
  }

  /// Ends it as an administrator does who cannot wait.
  package func stop() async throws {
    guard let process = child.withLock({ $0 }) else { return }
    process.signal(SIGINT)
    try await process.wait(within: .seconds(60))
    child.withLock { $0 = nil }
  }

  /// The URL as libpq takes it, with the password.
  package func url(database: String = "postgres", parameters: String = "") -> String {
    "postgres://\(Self.user):\(Self.password.replacing("%", with: "%25"))@127.0.0.1:\(port)/\(database)\(parameters)"
  }

  /// Runs SQL with psql and returns its rows, cells separated by `|`.
  @discardableResult
  package func sql(_ text: String, database: String = "postgres") async throws -> String {
    try await Command.run(
      "psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url(database: database), "-c", text]
    ).checked().output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
