import ArgumentParser
import KnowledgeBase
import Planning
import YAML

struct CatalogValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Say what is missing, old or contradictory in the facts.",
    discussion: """
      Exit status: 0 when plans can be made, 1 when they cannot; with --strict also 1 when there are warnings. Notes never fail.
      """)

  @Flag(help: "Fail on warnings too.") var strict = false
  @Flag(help: "Every finding; without it the first five of each kind.") var all = false
  @Option(name: .shortAndLong, help: "table, json or yaml.") var output = CatalogListCommand.Output.table
  @OptionGroup var database: DatabaseOptions

  func run() async throws {
    let health = CatalogHealth(try database.source().current)
    switch output {
    case .table: print(text(health), terminator: "")
    case .json: print(health.json.text(.indented))
    case .yaml: print(YAMLWriter.text(health.json), terminator: "")
    }
    if let worst = health.worst, worst >= (strict ? .warning : .error) { throw ExitCode(1) }
  }

  private func text(_ health: CatalogHealth) -> String {
    var text = ""
    for kind in CatalogFinding.Kind.allCases {
      let found = health.findings.filter { $0.kind == kind }
      guard !found.isEmpty else { continue }
      text += "\(kind.severity.rawValue): \(found.count) \(kind.title)\n"
      for finding in all ? found[...] : found.prefix(5) { text += "  \(finding.message)\n" }
      if !all, found.count > 5 { text += "  and \(found.count - 5) more (--all)\n" }
    }
    let counts = CatalogFinding.Severity.allCases.reversed().map { severity in
      "\(health.findings.count { $0.severity == severity }) \(severity.rawValue)s"
    }
    return text + "\(health.snapshot.origin): \(counts.joined(separator: ", "))\n"
  }
}
