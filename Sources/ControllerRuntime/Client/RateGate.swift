import Kubernetes

/// Lets writes through at a steady rate with bursts. Reads need none: the server has its own fairness.
package actor RateGate {
  private var bucket: TokenBucket

  /// - Parameters:
  ///   - rate: writes a second.
  ///   - burst: how many may go at once after a pause.
  package init(rate: Double = 50, burst: Int = 100) { bucket = TokenBucket(rate: rate, burst: burst, now: Clocks.monotonic()) }

  /// Waits for its turn. Throws `CancellationError`.
  package func pass() async throws {
    let delay = bucket.take(now: Clocks.monotonic())
    if delay > .zero { try await Task.sleep(for: delay) }
  }
}
