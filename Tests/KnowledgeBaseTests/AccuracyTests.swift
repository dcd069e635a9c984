import KnowledgeBase
import Planning
import Testing

/// The bounds are a little above what `hack/bench accuracy` prints: a change that predicts worse is caught, one that predicts better is
/// free to lower them.
@Suite struct AccuracyTests {
  @Test func `Points that were left out are predicted within 6 % per output token and 13 % to the first`() throws {
    let errors = CrossValidation.errors(leavingOut: .point, of: try KnowledgeBase.shared.get())
    #expect(errors.itl.count == 660)
    #expect(CrossValidation.Errors.mean(errors.itl) < 0.06 && CrossValidation.Errors.median(errors.itl) < 0.04)
    #expect(CrossValidation.Errors.mean(errors.ttft) < 0.13 && CrossValidation.Errors.median(errors.ttft) < 0.08)
    #expect(CrossValidation.Errors.mean(errors.throughput) < 0.07)
  }

  @Test func `Pairs of model and GPU that were left out are predicted within 23 % per output token and 33 % to the first`() throws {
    let errors = CrossValidation.errors(leavingOut: .pair, of: try KnowledgeBase.shared.get())
    #expect(errors.itl.count == 671)
    #expect(CrossValidation.Errors.mean(errors.itl) < 0.23 && CrossValidation.Errors.median(errors.itl) < 0.2)
    #expect(CrossValidation.Errors.mean(errors.ttft) < 0.33 && CrossValidation.Errors.median(errors.ttft) < 0.26)
  }

  @Test func `The efficiency of rooflines is that of the shipped measured rows`() throws {
    let fitted = CrossValidation.efficiency(of: try KnowledgeBase.shared.get())
    for (fitted, used) in zip(fitted.decode + fitted.prefill, Efficiency.measured.decode + Efficiency.measured.prefill) {
      #expect(abs(fitted - used) <= 0.001 * used, "\(fitted) instead of \(used)")
    }
  }
}
