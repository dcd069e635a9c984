import Foundation
import JSON
import Synchronization

/// A real etcd and kube-apiserver for one test alone: it may be filled, audited, and killed.
package final class OwnControlPlane: Sendable {
  /// A request that was answered.
  package struct Request: Sendable, Hashable {
    package let verb: String
    /// `group/resource` or `group/resource/subresource`; the group of core kinds is empty.
    package let resource: String
    /// Of the answer.
    package let code: Int
  }

  package let cluster: RealControlPlane
  private let child: ChildProcess
  private let restarted = Mutex<ChildProcess?>(nil)
  private let directory: TemporaryDirectory

  private init(_ cluster: RealControlPlane, _ child: ChildProcess, _ directory: TemporaryDirectory) {
    self.cluster = cluster
    self.child = child
    self.directory = directory
  }

  /// - Parameter user: whose requests ``audited()`` tells.
  package static func start(auditing user: String? = nil) async throws -> OwnControlPlane {
    let directory = try TemporaryDirectory()
    if let user {
      try directory.write(
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules: [{level: Metadata, users: [\(user)]}, {level: None}]
        """, to: "audit-policy.yaml")
    }
    let (child, cluster) = try await RealControlPlane.launch(in: directory.path)
    return OwnControlPlane(cluster, child, directory)
  }

  /// What the audited user asked for objects, and how it was answered.
  package func audited() throws -> Set<Request> {
    let lines = try Places.text("\(directory.path)/audit.log").split(separator: "\n")
    return Set(
      lines.compactMap { line in
        guard let event = try? JSONValue(parsing: String(line)), let object = event["objectRef"], let resource = object["resource"]?.string
        else { return nil }
        let path = [object["apiGroup"]?.string ?? "", resource] + (object["subresource"]?.string.map { [$0] } ?? [])
        return Request(
          verb: event["verb"]?.string ?? "", resource: path.joined(separator: "/"), code: event[["responseStatus", "code"]]?.int ?? 0)
      })
  }

  /// Ends kube-apiserver without a word; etcd stays. Returns what starts it again at the same address.
  package func kill() async throws -> [String] {
    let process = try Places.text("\(directory.path)/apiserver.pid").trimmingCharacters(in: .whitespacesAndNewlines)
    guard let pid = pid_t(process) else { throw TestKitError("apiserver.pid holds \(process)") }
    let command = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline")).split(separator: 0)
      .map { String(decoding: $0, as: UTF8.self) }
    if let child = restarted.withLock({ $0 }) { child.kill() } else { _ = Glibc.kill(pid, SIGKILL) }
    try await eventually("kube-apiserver has ended") { try await !isReady() }
    return command
  }

  /// - Parameter command: from ``kill()``.
  package func start(again command: [String]) async throws {
    let child = try ChildProcess(command[0], Array(command.dropFirst()), directory: directory.path)
    try directory.write("\(child.pid)", to: "apiserver.pid")
    restarted.withLock { $0 = child }
    try await eventually("kube-apiserver is ready again", within: .seconds(120), every: .milliseconds(100)) {
      if let status = child.exitStatus() { throw TestKitError("it ended with \(status): \(child.errors.suffix(1000))") }
      return try await isReady()
    }
  }

  private func isReady() async throws -> Bool {
    let arguments = ["-sf", "--noproxy", "*", "--max-time", "5", "--cacert", cluster.authority, "--cert", cluster.adminCertificate]
    return try await Command.run("curl", arguments + ["--key", cluster.adminKey, "\(cluster.server)/readyz"]).status == 0
  }
}
