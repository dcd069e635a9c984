/// What a vLLM server counts, under vLLM 0.33's names. Times are those a client sees: already divided by the speed.
struct ServerMetrics {
  private var promptTokens: UInt64 = 0
  private var generationTokens: UInt64 = 0
  private var successes: [Engine.FinishReason: UInt64] = [:]
  private var admissionRejections: UInt64 = 0
  private var timeToFirstToken = Histogram(bounds: Buckets.timeToFirstToken)
  private var interTokenLatency = Histogram(bounds: Buckets.timePerToken)
  private var timePerOutputToken = Histogram(bounds: Buckets.timePerToken)
  private var endToEnd = Histogram(bounds: Buckets.requestLatency)
  private var queueTime = Histogram(bounds: Buckets.requestLatency)
  private var prefillTime = Histogram(bounds: Buckets.requestLatency)
  private var decodeTime = Histogram(bounds: Buckets.requestLatency)
  private var inferenceTime = Histogram(bounds: Buckets.requestLatency)
  private var requestPromptTokens: Histogram
  private var requestGenerationTokens: Histogram
  /// Seconds for a client per nanosecond of the engine.
  private let scale: Double

  init(maximumModelLength: Int, speed: Double) {
    requestPromptTokens = Histogram(bounds: Buckets.tokens(upTo: maximumModelLength))
    requestGenerationTokens = requestPromptTokens
    scale = 1e-9 / speed
  }

  mutating func token(index: Int, gap: UInt64, promptTokens: Int) {
    generationTokens += 1
    if index == 0 {
      self.promptTokens += UInt64(promptTokens)
      timeToFirstToken.observe(Double(gap) * scale)
    } else {
      interTokenLatency.observe(Double(gap) * scale)
    }
  }

  mutating func finished(_ finish: Engine.Finish) {
    successes[finish.reason, default: 0] += 1
    endToEnd.observe(Double(finish.total) * scale)
    queueTime.observe(Double(finish.queue) * scale)
    prefillTime.observe(Double(finish.prefill) * scale)
    decodeTime.observe(Double(finish.decode) * scale)
    inferenceTime.observe(Double(finish.prefill + finish.decode) * scale)
    requestPromptTokens.observe(Double(finish.promptTokens))
    requestGenerationTokens.observe(Double(finish.outputTokens))
    if finish.outputTokens > 1 { timePerOutputToken.observe(Double(finish.decode) * scale / Double(finish.outputTokens - 1)) }
  }

  /// A request that failed before the engine saw it.
  mutating func failed() { successes[.error, default: 0] += 1 }

  mutating func rejected() { admissionRejections += 1 }
}

// MARK: Exposition

extension ServerMetrics {
  /// The Prometheus text format.
  func text(model: String, running: Int, waiting: Int, cacheUse: Double, cacheBlocks: Int) -> String {
    var page = MetricsPage(labels: "model_name=\"\(MetricsPage.escaped(model))\",engine=\"0\"")
    page.gauge("num_requests_running", "Requests in the model's batches.", Double(running))
    page.gauge("num_requests_waiting", "Requests waiting to be processed.", Double(waiting))
    page.gauge(
      "num_requests_waiting_by_reason", "Requests waiting, by reason.",
      [("reason=\"capacity\"", Double(waiting)), ("reason=\"deferred\"", 0)])
    page.gauge("kv_cache_usage_perc", "KV-cache use, 1 means all of it.", cacheUse)
    page.gauge("engine_sleep_state", "Sleep state of the engine.", [("sleep_state=\"awake\"", 1)])
    page.gauge("cache_config_info", "The cache's configuration.", [("block_size=\"16\",num_gpu_blocks=\"\(cacheBlocks)\"", 1)])
    page.counter("num_preemptions", "Preemptions.", 0)
    page.counter("prefix_cache_queries", "Prefix cache queries, in tokens.", 0)
    page.counter("prefix_cache_hits", "Prefix cache hits, in tokens.", 0)
    page.counter("prompt_tokens", "Prompt tokens processed.", Double(promptTokens))
    page.counter("prompt_tokens_cached", "Prompt tokens found in the cache.", 0)
    page.counter("generation_tokens", "Tokens generated.", Double(generationTokens))
    page.counter(
      "request_success", "Requests that were processed.",
      Engine.FinishReason.allCases.map { ("finished_reason=\"\($0.rawValue)\"", Double(successes[$0] ?? 0)) })
    page.counter(
      "admission_rejections", "Requests refused because the queue was full.",
      [("reason=\"max_num_queued_reqs\"", Double(admissionRejections))])
    page.histogram("time_to_first_token_seconds", "Time to first token in seconds.", timeToFirstToken)
    page.histogram("inter_token_latency_seconds", "Inter-token latency in seconds.", interTokenLatency)
    page.histogram("request_time_per_output_token_seconds", "Time per output token of a request in seconds.", timePerOutputToken)
    page.histogram("e2e_request_latency_seconds", "End-to-end request latency in seconds.", endToEnd)
    page.histogram("request_queue_time_seconds", "Time in the queue in seconds.", queueTime)
    page.histogram("request_prefill_time_seconds", "Time in the prefill phase in seconds.", prefillTime)
    page.histogram("request_decode_time_seconds", "Time in the decode phase in seconds.", decodeTime)
    page.histogram("request_inference_time_seconds", "Time in the running phase in seconds.", inferenceTime)
    page.histogram("request_prompt_tokens", "Prompt tokens of a request.", requestPromptTokens)
    page.histogram("request_generation_tokens", "Generated tokens of a request.", requestGenerationTokens)
    return page.text
  }
}
