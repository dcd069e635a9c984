import DataPlane
import Testing

@Suite struct HistogramTests {
  private func histogram(_ milliseconds: [UInt64]) -> Histogram {
    var histogram = Histogram()
    for value in milliseconds { histogram.observe(nanoseconds: value * 1_000_000) }
    return histogram
  }

  @Test func `A quantile lies in the bucket of its rank, spread evenly`() throws {
    // 100 values between 100 and 150 ms: the 95th of them at 95 % of the way.
    let quantile = try #require(histogram(Array(repeating: 120, count: 100)).quantile(0.95))
    #expect(abs(quantile - 0.1475) < 1e-9)
    // Half below 5 ms, half between 1 and 1.5 s.
    let mixed = histogram(Array(repeating: 1, count: 50) + Array(repeating: 1200, count: 50))
    #expect(try #require(mixed.quantile(0.5)) <= 0.005)
    #expect(abs(try #require(mixed.quantile(0.75)) - 1.25) < 1e-9)
  }

  @Test func `Nothing counted has no quantile, and what is beyond the last bound has that bound`() {
    #expect(Histogram().quantile(0.95) == nil)
    #expect(histogram([1_000_000]).quantile(0.5) == Histogram.bounds.last)
  }

  @Test func `What was counted since an earlier state is the difference`() {
    let before = histogram([10, 200])
    var after = before
    after.observe(nanoseconds: 3_500_000_000)
    #expect(after.since(before).count == 1)
    #expect(after.since(before).quantile(1) == 5)
    #expect(after.since(after).quantile(0.95) == nil)
  }
}
