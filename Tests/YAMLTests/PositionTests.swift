import Testing
import YAML

@Suite("Where a field is written")
struct PositionTests {
  static let text = """
    # a comment
    kind: A
    ---
    # nothing but a comment
    ---
    kind: B
    spec:
      traffic: {expectedQPS: 5,
        peakQPS: 9}
      gpus:
      - H100
      - name: &x L4
        price: *x
    --- 3
    """

  @Test("is known for fields, elements and what is around a field that is not there")
  func lines() throws {
    let documents = YAMLPositions.documents(Array(Self.text.utf8))
    #expect(try documents.count == YAMLParser.documents(Self.text).count)
    let second = try #require(documents.dropFirst().first)
    for (path, line) in [
      ("kind", 6), ("spec", 7), ("spec.traffic", 8), ("spec.traffic.expectedQPS", 8), ("spec.traffic.peakQPS", 9), ("spec.gpus[0]", 11),
      ("spec.gpus[1].price", 13), ("spec.traffic.promptTokens", 8), ("spec.gpus[7]", 10), ("status", 6), ("", 6),
    ] {
      #expect(second.line(of: path) == line, "\(path)")
    }
    #expect(second.contains("spec.gpus") && !second.contains("spec.gpu"))
    #expect(documents[0].line(of: "kind") == 2)
  }

  @Test("is empty for what is no YAML", arguments: ["a: [", "a: b: c", "\u{1}"])
  func mistakes(_ text: String) { #expect(YAMLPositions.documents(Array(text.utf8)).isEmpty) }
}
