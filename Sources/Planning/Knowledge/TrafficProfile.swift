/// How long the requests of a workload are, in tokens. Benchmarks are taken at a few of these.
package struct TrafficProfile: Sendable, Hashable, Comparable, CustomStringConvertible {
  package var promptTokens: Int
  package var outputTokens: Int

  package init(promptTokens: Int, outputTokens: Int) {
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
  }

  package var description: String { "\(promptTokens)→\(outputTokens)" }

  package static func < (left: TrafficProfile, right: TrafficProfile) -> Bool {
    (left.promptTokens, left.outputTokens) < (right.promptTokens, right.outputTokens)
  }
}
