/// What the answers of one window of measurement say about a backend.
///
/// Requests that wait in the server's own queue get their first token late, and after it are as fast as all others; a batch
/// that has grown stretches both parts alike. So the time to the first token, counted in tokens, tells a queue from a full batch: what is
/// more than usual was spent in the queue, and by Little's law that part of the requests is there. (TCP Vegas counts what it keeps in a
/// router's queue like this.) An answer that is not streamed has its first byte at its end, and says nothing of the kind.
struct LoadWindow: Sendable, Equatable {
  /// How long one streamed answer took.
  struct Streamed: Sendable, Equatable {
    /// In seconds.
    var toFirstToken: Double
    /// From there to the last token, in seconds.
    var rest: Double
    /// Tokens of the rest; `nil` when unknown.
    var tokens: Int?
  }

  /// Streamed answers before the two parts are compared.
  private static let enoughStreamed = 8.0

  private(set) var samples = 0.0
  private var latencies = 0.0
  private var concurrencies = 0.0
  private var streamed = 0.0
  private var firstTokens = 0.0
  private var rests = 0.0
  /// Of answers of known length.
  private var tokens = 0.0
  private var tokenSeconds = 0.0

  /// - Parameters:
  ///   - latency: in seconds, with the answer's length taken out.
  ///   - streamed: `nil` when the answer was not streamed.
  ///   - concurrency: slots in use when the request was dispatched, its own included.
  mutating func add(latency: Double, streamed parts: Streamed?, concurrency: Int) {
    samples += 1
    latencies += latency
    concurrencies += Double(concurrency)
    guard let parts else { return }
    streamed += 1
    firstTokens += parts.toFirstToken
    rests += parts.rest
    guard let known = parts.tokens, known > 0 else { return }
    tokens += Double(known)
    tokenSeconds += parts.rest
  }

  /// Slots in use, on average.
  var concurrency: Double { concurrencies / samples }
  /// In seconds, on average.
  var latency: Double { latencies / samples }
  /// Requests per second, by Little's law.
  var throughput: Double { concurrency / latency }
  /// Kleinrock's power (ICC 1979), `n ÷ latency²`: highest where one more percent of concurrency begins to cost more than half a
  /// percent of latency.
  var power: Double { concurrency / (latency * latency) }

  /// The time to the first token in output tokens' time (where no length is known: in the time of all of them); `nil` when too few
  /// answers were streamed.
  var firstTokenCost: Double? {
    guard streamed >= Self.enoughStreamed, perToken > 0 else { return nil }
    return firstTokens / streamed / perToken
  }

  /// Requests in the server's own queue, on average, when `usual` is the cost of a first token without one.
  func queue(usual: Double?) -> Double? {
    guard let usual, let firstTokenCost else { return nil }
    return max(0, concurrency * (firstTokenCost - usual) * perToken * streamed / (firstTokens + rests))
  }

  /// In seconds.
  private var perToken: Double { tokens > 0 ? tokenSeconds / tokens : rests / streamed }
}
