/// What a simulated model server is and how it behaves.
package struct ModelServerConfiguration: Sendable, Hashable {
  package var host: String
  /// 0 lets the system choose.
  package var port: Int
  package var model: String
  /// The names that requests may use; the first one labels the metrics. Never empty: without a name of its own it is the model's.
  package var servedNames: [String]
  package var latency: LatencyModel
  /// The mean length of answers whose request sets no maximum.
  package var outputTokens = 256
  /// `--max-num-seqs`: requests that are worked on at a time; others wait in the order of arrival.
  package var maximumSequences = 256
  /// `--max-num-queued-reqs`: waiting and running together; more are refused with 503.
  package var maximumQueued: Int?
  /// `--scheduling-policy priority`: the lower `priority` of a request's body goes first.
  package var isPriorityScheduling = false
  /// `--num-gpu-blocks-override`: the KV cache in blocks of 16 tokens.
  package var cacheBlocks = 32_768
  /// `--max-model-len`: prompt and answer together, in tokens.
  package var maximumModelLength = 32_768
  /// Keys that requests to `/v1` have to carry one of; empty for none.
  package var apiKeys: [String] = []
  package var seed: UInt64 = 0
  /// How many times faster than the hardware it plays.
  package var speed = 1.0
  /// Relative standard deviation of the latencies.
  package var jitter = 0.05
  /// `--shutdown-timeout`: how long a server that is asked to end works on what it has; by default it ends at once, as vLLM does.
  package var shutdownTimeout = Duration.zero
  package var faults = Faults()

  package init(model: String, servedNames: [String] = [], latency: LatencyModel, host: String = "127.0.0.1", port: Int = 0) {
    self.model = model
    self.servedNames = servedNames.isEmpty ? [model] : servedNames
    self.latency = latency
    self.host = host
    self.port = port
  }
}

/// What goes wrong on purpose. Rates are shares of the requests, 0–1, drawn with the seed.
package struct Faults: Sendable, Hashable {
  /// Answered with 500 before the first token.
  package var errorRate = 0.0
  /// The connection is closed in the middle of the answer.
  package var abortRate = 0.0
  /// After how many tokens such a connection closes.
  package var abortAfterTokens = 5
  /// Accepted and never answered.
  package var hangRate = 0.0
  /// Everything takes this many times as long.
  package var slowFactor = 1.0
  /// `/health` answers 503 although requests are served.
  package var isHealthFailing = false
  /// How long the model takes to load: until then `/health` and `/v1` answer 503.
  package var startupDelay = Duration.zero

  package init() {}
}
