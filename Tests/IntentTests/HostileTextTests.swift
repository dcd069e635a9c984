import Intent
import KnowledgeBase
import Planning
import Testing

@Suite("Hostile texts")
struct HostileTextTests {
  let knowledge: Knowledge

  init() throws { knowledge = try KnowledgeBase.shared.get() }

  @Test(
    "The longest text is read in a moment, whatever it repeats",
    arguments: [
      "a", "1 ", "1,", "fast ", "not ", "$1 ", "chatbot for 10 users ", "latency 5 ms ", "a100 ", "llama 3.1 8b-", "👩‍👩‍👧 ", "(((", "k/mo ",
    ])
  func long(part: String) {
    let text = String(String(repeating: part, count: Extractor.maximumLength).unicodeScalars.prefix(Extractor.maximumLength * 2))
    let extractor = Extractor(knowledge)
    let start = ContinuousClock.now
    let understanding = extractor.understanding(of: text)
    // A debug build on a loaded core; a release build takes some 20 ms.
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect(understanding.notes.count <= 20)
    for finding in understanding.inOrder { #expect(finding.words.count <= 120) }
  }

  @Test("Random texts never give a value out of range, and the same text always the same", arguments: [1, 2, 3, 4])
  func random(seed: UInt64) {
    let words = [
      "chatbot", "users", "1000", "1e400", "-3", "$", "€", "5k", "per", "month", "/", "QPS", "ms", "TTFT", "not", "no", ",", ".", "H100",
      "llama",
      "3.1", "8b", "budget", "of", "between", "and", "to", "tokens", "in", "out", "→", "cheapest", "is", "critical", "GPUs", "0", "NaN",
      "a", "few",
      "hundred", "million", "translate", "\u{0}", "\u{202E}", "é", "don't", "know", "each", "user", "sends", "peak", "tp", "=", "words",
      "x", "2x",
    ]
    var generator = SplitMix(state: seed)
    let extractor = Extractor(knowledge)
    for round in 0..<100 {
      let text = (0..<Int(generator.next() % 40)).map { _ in words[Int(generator.next() % UInt64(words.count))] }.joined(separator: " ")
      let understanding = extractor.understanding(of: text)
      #expect(understanding == extractor.understanding(of: text), "seed \(seed), round \(round): \(text)")
      for finding in understanding.inOrder {
        if let number = finding.number, let range = finding.field.range { #expect(range.contains(number), "\(text): \(finding)") }
        #expect(finding.range.upperBound <= text.utf8.count, "\(text): \(finding)")
        #expect(!finding.words.isEmpty, "\(text): \(finding)")
      }
      do throws(PlanProblem) {
        _ = try Planner.plan(Draft(understanding, knowledge: knowledge).request, knowledge: Self.small)
      } catch .contradiction {
      } catch .unknownName {
        // The small knowledge has no models.
      } catch {
        Issue.record("\(text): \(error)")
      }
    }
  }

  /// Use cases alone: the request is checked, and nothing is planned.
  private static let small: Knowledge = {
    let all = try? KnowledgeBase.shared.get()
    return Knowledge(
      useCases: all?.useCases ?? [], accelerators: all?.accelerators ?? [], models: [], benchmarks: [], quality: .empty)
  }()
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
