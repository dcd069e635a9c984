/// What to ask of a model's endpoint, and how fast.
package struct LoadPlan: Sendable {
  package enum Arrivals: Sendable {
    /// Requests arrive as they do from many independent people: a Poisson process, whether earlier ones are answered or not.
    case open(requestsPerSecond: Double)
    /// So many clients, each asking again as soon as it is answered.
    case closed(clients: Int)
  }

  /// A class of callers.
  package struct Tier: Sendable {
    package var name: String
    /// Its part of the requests, in relation to the others'.
    package var share: Double
    /// What a caller of the tier sends with every request.
    package var headers: [(name: String, value: String)]

    package init(name: String, share: Double, headers: [(name: String, value: String)]? = nil) {
      self.name = name
      self.share = share
      self.headers = headers ?? [("x-customer-tier", name)]
    }
  }

  /// An IP address.
  package var host = "127.0.0.1"
  package var port: Int
  package var path = "/v1/chat/completions"
  package var model: String
  package var arrivals: Arrivals
  /// How long requests are sent; answers may come later.
  package var duration: Duration
  package var tiers: [Tier]
  package var streams = true
  /// Roughly: four bytes of text per token.
  package var promptTokens = 64
  /// The mean length of an answer.
  package var outputTokens = 32
  /// The lengths' standard deviation in relation to their mean: 0 for all the same, about 1 for conversations. Log-normal.
  package var outputSpread = 0.0
  /// A request that takes longer has failed.
  package var timeout: Duration = .seconds(120)
  /// The same seed sends the same requests at the same times.
  package var seed: UInt64 = 1

  package init(port: Int, model: String, arrivals: Arrivals, duration: Duration, tiers: [Tier]) {
    self.port = port
    self.model = model
    self.arrivals = arrivals
    self.duration = duration
    self.tiers = tiers
  }
}
