import Foundation
import Simulation
import Synchronization

/// Runs scenarios side by side, and says on a terminal how far they are.
final class SimulationRunner: Sendable {
  private struct Shown {
    var parts: [Double] = []
    var text = ""
  }

  private let expected: Int
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
  private let shown = Mutex(Shown())

  /// - Parameter runs: how many there will be.
  init(runs: Int) { expected = runs }

  func run(_ files: [ScenarioFile]) async throws -> SimulationSummary {
    let reports = try await run(files.map(\.scenario))
    return SimulationSummary(zip(files, reports).map { (seed: $0.scenario.seed, report: $1) })
  }

  /// Every expectation with every seed.
  func judge(_ files: [ScenarioFile], _ summary: SimulationSummary) async throws -> [Expectation.Verdict] {
    guard let first = files.first, !first.expectations.isEmpty else { return [] }
    let isNeeded = first.expectations.contains(where: \.needsUnloaded)
    let unloaded = isNeeded ? try await run([first.scenario.unloaded()]).first : nil
    return zip(files, summary.reports).flatMap { file, report in
      file.expectations.map { $0.verdict(report, unloaded: unloaded, seed: file.scenario.seed) }
    }
  }

  /// Clears the line of progress.
  func finish() { write("") }

  private func run(_ scenarios: [Scenario]) async throws -> [SimulationReport] {
    let slots = scenarios.map { _ in
      shown.withLock {
        $0.parts.append(0); return $0.parts.count - 1
      }
    }
    return try await withThrowingTaskGroup(of: (Int, SimulationReport).self) { group in
      var reports = [SimulationReport?](repeating: nil, count: scenarios.count)
      var waiting = scenarios.indices.makeIterator()
      // No more at once than there are processors: a run is all computing, and keeps every request in memory.
      for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) {
        guard let index = waiting.next() else { break }
        group.addTask { (index, self.simulate(scenarios[index], slot: slots[index])) }
      }
      while let (index, report) = try await group.next() {
        reports[index] = report
        if let next = waiting.next() { group.addTask { (next, self.simulate(scenarios[next], slot: slots[next])) } }
      }
      return reports.compactMap { $0 }
    }
  }

  private func simulate(_ scenario: Scenario, slot: Int) -> SimulationReport {
    var simulation = Simulation(scenario)
    while simulation.step() {
      if isTerminal, simulation.steps % 20_000 == 0 { note(simulation.progress, slot: slot) }
    }
    note(1, slot: slot)
    return simulation.report()
  }

  private func note(_ progress: Double, slot: Int) {
    let done = shown.withLock { shown in
      shown.parts[slot] = min(1, progress)
      return shown.parts.reduce(0, +) / Double(max(expected, shown.parts.count))
    }
    write("simulating: \(Int(done * 100)) %")
  }

  private func write(_ text: String) {
    guard isTerminal else { return }
    shown.withLock { shown in
      guard shown.text != text else { return }
      shown.text = text
      // Back to the start of the line, and clear it.
      FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }
  }
}
