import Foundation
import TestKit
import Testing

/// The commands of the README that need no cluster, as they are printed there.
@Suite struct `The README's commands` {
  /// Lines of its blocks, and what stands between backquotes, that begin with `podium plan`, `podium convert` and so on; without the pipe
  /// into kubectl and the comment.
  private static let commands: [String] = {
    let text = (try? Places.text("README.md")) ?? ""
    let spans = text.matches(of: /`(podium [^`]+)`/).map { $0.output.1.split(separator: "\n").joined(separator: " ") }
    let lines = text.split(separator: "\n").map { $0.hasPrefix("$ ") ? String($0.dropFirst(2)) : String($0) }
    let offline = ["plan", "convert", "simulate", "recommend", "catalog"].map { "podium \($0) " }
    var found: [String] = []
    for command in lines + spans where offline.contains(where: { command.hasPrefix($0) || command.contains("| \($0)") }) {
      let bare = command.replacing(/\s+#.*$/, with: "").replacing(/\s*\| kubectl apply -f -$/, with: "")
      if !found.contains(bare) { found.append(bare) }
    }
    return found.filter { $0.hasPrefix("podium ") || $0.hasPrefix("echo ") }
  }()

  /// A folder as after cloning, with the files of their own that the README speaks of.
  private static func folder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/examples", withDestinationPath: "\(Places.repository)/examples")
    let files = [
      "rows.csv": "Tests/ExamplesTests/Plans/rows.csv", "benchmarks.json": "Tests/KnowledgeBaseTests/Reports/guidellm-0.8.1.json",
      "old-qos.yaml": "Tests/ExamplesTests/Converting/qospolicy.yaml",
    ]
    for (name, source) in files { try folder.write(try Places.text(source), to: name) }
    return folder
  }

  @Test func `are found, all kinds of them`() {
    #expect(Self.commands.count >= 12, "\(Self.commands)")
    for word in ["plan", "convert", "simulate", "recommend", "catalog"] {
      #expect(Self.commands.contains { $0.contains("podium \(word) ") }, "no podium \(word)")
    }
  }

  @Test(arguments: commands) func `do what they say`(command: String) async throws {
    let folder = try Self.folder()
    let script = "unset PODIUM_DATABASE; podium() { \(Places.repository)/.build/debug/podium \"$@\"; }; \(command)"
    let result = try await Command.run(
      "bash", ["-c", script], environment: ["HOME": folder.path, "XDG_DATA_HOME": "\(folder.path)/data"], directory: folder.path)
    #expect(result.succeeded && !result.output.isEmpty, "\(command) ended with \(result.status): \(result.errors)")
    for name in command.matches(of: /--svg ([a-z]+\.svg)/).map({ String($0.output.1) }) {
      #expect(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8).hasPrefix("<svg"), "\(name)")
    }
  }
}
