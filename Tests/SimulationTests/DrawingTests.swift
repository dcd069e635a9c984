import Foundation
import Scheduling
import Simulation
import TestKit
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct DrawingTests {
  static func drawing(_ title: String, compared: Bool = false) throws -> SimulationDrawing {
    let file = try Written.file(
      "seed: 3\nduration: 12s\nwarmUp: 2s\n" + Written.servers + """
        traffic: [{tier: enterprise, rate: 0.3x}, {tier: free, rate: 1.5x}]
        faults: [{at: 4s, until: 8s, server: 1, fault: kill}]
        """)
    let report = Simulation.run(file.scenario)
    return SimulationDrawing(title: title, scenario: file.scenario, report: report, base: compared ? report : nil)
  }

  /// So plain that no change of the scheduler changes it: nobody is refused, nothing varies, and the fault does nothing.
  static func plain() throws -> SimulationDrawing {
    let file = try Written.file(
      """
      duration: 12s
      warmUp: 2s
      servers: [{places: 2, timeToFirstToken: 100ms, timePerOutputToken: 1ms, statesPlaces: true}]
      traffic:
        - {tier: enterprise, bursts: {size: 1, every: 500ms}, outputTokens: 100}
        - {tier: free, bursts: {size: 4, every: 2s}, outputTokens: 100, from: 100ms}
      faults: [{at: 4s, until: 8s, server: 0, fault: slow, factor: 1}]
      """)
    return SimulationDrawing(title: "Nothing special", scenario: file.scenario, report: Simulation.run(file.scenario))
  }

  /// PODIUM_REWRITE_GOLDEN=1 writes it anew; look at the picture before you commit it.
  @Test func `a drawing is what it was`() throws {
    let path = "Tests/SimulationTests/Golden/plain.svg"
    let svg = try Self.plain().svg
    if ProcessInfo.processInfo.environment["PODIUM_REWRITE_GOLDEN"] == "1" {
      try Data(svg.utf8).write(to: URL(fileURLWithPath: "\(Places.repository)/\(path)"))
    }
    let golden = try Places.text(path)
    let lines = (svg.split(separator: "\n"), golden.split(separator: "\n"))
    let different = zip(lines.0, lines.1).first { $0 != $1 }
    #expect(svg == golden, "\(different.map { "got \($0.0)\nexpected \($0.1)" } ?? "the number of lines differs")")
  }

  @Test func `a drawing is well-formed XML whatever its title, and says what it shows`() throws {
    let title = "<b>\"Q&A\"</b> \u{1} 5 > 3"
    for compared in [false, true] {
      let svg = try Self.drawing(title, compared: compared).svg
      let recorder = XMLRecorder()
      let parser = XMLParser(data: Data(svg.utf8))
      parser.delegate = recorder
      #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
      let text = recorder.text
      #expect(text.contains("<b>\"Q&A\"</b>"), "escaped, and read back")
      for word in [
        "Simulated, seed 3", "enterprise", "free", "99.9 %", "percentile of answered requests", "virtual time", "server 1 dies", "8 places",
        "weight",
      ] {
        #expect(text.contains(word), "\(word) is missing")
      }
      #expect(text.contains("base") == compared)
      #expect(svg.contains("prefers-color-scheme: dark"))
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test func `nothing to draw is said`() throws {
    let file = try Written.file("duration: 1s\n" + Written.servers + "traffic: [{tier: free, rate: 0/s}]")
    let svg = SimulationDrawing(title: "Silence", scenario: file.scenario, report: Simulation.run(file.scenario)).svg
    #expect(svg.contains("no request was answered"))
  }
}

private final class XMLRecorder: NSObject, XMLParserDelegate {
  var text = ""
  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
