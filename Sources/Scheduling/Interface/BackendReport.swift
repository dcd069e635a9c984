/// What a model server says about itself (vLLM: `num_requests_running`, `num_requests_waiting`, `kv_cache_usage_perc`).
package struct BackendReport: Sendable, Equatable {
  /// Requests in the running batch.
  package var running: Int
  /// Requests in the server's own queue.
  package var waiting: Int
  /// The part of the key-value cache in use, 0 to 1.
  package var kvCacheUsage: Double
  /// The most requests the server runs at once (vLLM: `--max-num-seqs`), when it says so.
  package var maximumSequences: Int?

  package init(running: Int, waiting: Int, kvCacheUsage: Double = 0, maximumSequences: Int? = nil) {
    self.running = max(0, running)
    self.waiting = max(0, waiting)
    self.kvCacheUsage = kvCacheUsage.isFinite ? min(max(kvCacheUsage, 0), 1) : 0
    self.maximumSequences = maximumSequences
  }
}
