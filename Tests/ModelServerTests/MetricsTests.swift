import Testing

@testable import ModelServer

@Suite struct MetricsTests {
  @Test func `A histogram counts each observation in every bucket that holds it`() {
    var histogram = Histogram(bounds: [1, 2, 5])
    for value in [0.5, 1, 1.5, 5, 7] { histogram.observe(value) }
    #expect(histogram.cumulative.map(\.count) == [2, 3, 4])
    #expect(histogram.count == 5)
    #expect(histogram.sum == 15)
  }

  @Test func `Token buckets go 1, 2, 5 up to the longest sequence`() {
    #expect(Buckets.tokens(upTo: 120) == [1, 2, 5, 10, 20, 50, 100])
    #expect(Buckets.tokens(upTo: 1) == [1])
  }

  @Test func `Labels are escaped as the text format asks`() {
    #expect(MetricsPage.escaped("a\"b\\c\nd") == "a\\\"b\\\\c\\nd")
  }

  @Test func `Times in the metrics are those a client sees`() {
    var metrics = ServerMetrics(maximumModelLength: 1000, speed: 10)
    metrics.token(index: 0, gap: 2_000_000_000, promptTokens: 5)
    let page = metrics.text(model: "m", running: 1, waiting: 2, cacheUse: 0.25, cacheBlocks: 10)
    #expect(page.contains("vllm:time_to_first_token_seconds_sum{model_name=\"m\",engine=\"0\"} 0.2\n"))
    #expect(page.contains("vllm:time_to_first_token_seconds_bucket{model_name=\"m\",engine=\"0\",le=\"0.25\"} 1.0\n"))
    #expect(page.contains("vllm:time_to_first_token_seconds_bucket{model_name=\"m\",engine=\"0\",le=\"0.1\"} 0.0\n"))
    #expect(page.contains("vllm:num_requests_waiting{model_name=\"m\",engine=\"0\"} 2.0\n"))
    #expect(page.contains("vllm:kv_cache_usage_perc{model_name=\"m\",engine=\"0\"} 0.25\n"))
  }
}
