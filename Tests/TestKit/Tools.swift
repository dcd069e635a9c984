import Foundation
import Testing

/// The programs of other people which the tests drive.
package enum Tools {
  /// The path of a program: itself when it is a path, else the first on the PATH, else in the cache's bin folder.
  package static func find(_ name: String) -> String? {
    if name.contains("/") { return executable(name) }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    return (folders + ["\(Places.cache)/bin"]).lazy.compactMap { executable("\($0)/\(name)") }.first
  }

  private static func executable(_ path: String) -> String? {
    FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  package static let helm: String? = find("helm")

  /// A Python that has OpenTelemetry's protocol and Prometheus' parser: other people's readers of what we write.
  package static let telemetryPython: String? = executable("\(Places.cache)/telemetry/bin/python")

  /// A Python that has openapi-spec-validator and schemathesis.
  package static let openAPIPython: String? = executable("\(Places.cache)/openapi/bin/python")
  /// For that Python.
  package static let schemathesis = "\(Places.cache)/openapi/bin/schemathesis"

  /// Every kubectl there is, the oldest first: the one on the PATH, versions beside it (`kubectl.1.NN`), and Debian's 1.20 that
  /// hack/setup unpacks.
  package static let kubectls: [Kubectl] = {
    var found: [Kubectl] = []
    if let old = executable("\(Places.cache)/kubectl-1.20/usr/bin/kubectl") { found.append(Kubectl(label: "1.20", path: old)) }
    guard let path = find("kubectl") else { return found }
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent()
    let siblings = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { $0.hasPrefix("kubectl.1.") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    // What lies on the PATH beside such siblings only picks one of them.
    if siblings.isEmpty { return found + [Kubectl(label: "PATH", path: path)] }
    return found + siblings.map { Kubectl(label: String($0.dropFirst("kubectl.".count)), path: "\(folder.path)/\($0)") }
  }()
}

/// One kubectl binary.
package struct Kubectl: Sendable, CustomTestStringConvertible {
  /// Its version, or where it was found.
  package let label: String
  package let path: String

  package var testDescription: String { "kubectl \(label)" }

  /// Runs it against a cluster, with a cache folder per kubeconfig: discovery of one server must not be shown for another.
  package func run(
    _ arguments: [String], kubeconfig: String, input: String? = nil, environment: [String: String] = [:], timeout: Duration = .seconds(120)
  ) async throws -> CommandResult {
    try await Command.run(
      path, ["--kubeconfig", kubeconfig, "--cache-dir", "\(kubeconfig).cache-\(label)"] + arguments, input: input,
      environment: environment, timeout: timeout)
  }
}
