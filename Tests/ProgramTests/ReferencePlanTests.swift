import TestKit
import Testing

/// `podium plan` against a second implementation of the planner's definitions, in another language and with exact fractions.
@Suite struct ReferencePlanTests {
  @Test func `Forty random requests get every viable configuration, its order, costs and the choice that the definitions give`()
    async throws
  {
    let result = try await Command.run(
      Places.repository + "/hack/reference-plans", ["--compare", RunningDev.program, "--requests", "40", "--seed", "11"],
      timeout: .seconds(300))
    #expect(result.status == 0, "\(result.output) \(result.errors)")
    #expect(result.output.contains("40 requests (seed 11)") && result.output.contains(": 0 differences"), "\(result.output)")
  }
}
