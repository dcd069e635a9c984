import Foundation
import JSON
import Planning

/// The state of the facts: where they are from, since when, how many, and what is wrong with them. `GET /api/v1/data/health`.
package struct CatalogHealth: Sendable {
  package let snapshot: KnowledgeSnapshot
  package let findings: [CatalogFinding]

  /// - Parameter now: Prices are compared with its day (UTC).
  package init(_ snapshot: KnowledgeSnapshot, now: Date = Date()) {
    self.snapshot = snapshot
    let today = CalendarDay(secondsSince1970: now.timeIntervalSince1970)
    var findings = CatalogCheck.findings(snapshot.knowledge, today: today)
    if let trouble = snapshot.trouble {
      findings.insert(CatalogFinding(kind: .sourceUnavailable, subject: snapshot.origin, message: trouble.text, rows: 0), at: 0)
    }
    self.findings = findings
  }

  package var worst: CatalogFinding.Severity? { findings.map(\.severity).max() }

  /// One line for each kind of finding, for a log at start; notes are left out.
  package var summary: [String] {
    CatalogFinding.Kind.allCases.filter { $0.severity > .note }.compactMap { kind in
      let found = findings.filter { $0.kind == kind }
      guard let first = found.first else { return nil }
      if kind == .sourceUnavailable || kind == .noBenchmarks { return first.message }
      return "\(found.count) \(kind.title), such as \(first.subject)"
    }
  }

  package var json: JSONValue {
    let knowledge = snapshot.knowledge
    let kinds = Benchmark.Kind.allCases.map { kind in
      (kind.rawValue, JSONValue(knowledge.benchmarks.count { $0.kind == kind }))
    }
    var value: JSONValue = [
      "status": .string(snapshot.trouble == nil ? (worst ?? .note) > .note ? "warnings" : "ok" : "degraded"),
      "source": .string(snapshot.origin), "loadedAt": .string(Self.text(snapshot.loadedAt)),
      "counts": [
        "models": JSONValue(knowledge.models.count), "accelerators": JSONValue(knowledge.accelerators.count),
        "useCases": JSONValue(knowledge.useCases.count), "patterns": JSONValue(snapshot.patterns.count),
        "benchmarks": .object(JSONObject(kinds)),
      ], "findings": .array(findings.map(\.json)),
    ]
    if let trouble = snapshot.trouble {
      value["trouble"] = ["message": .string(trouble.text), "since": .string(Self.text(trouble.since))]
    }
    return value
  }

  private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
