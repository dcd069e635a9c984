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
