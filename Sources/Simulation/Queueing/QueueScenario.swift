/// Replicas behind one first come, first served queue: what comes, and who serves it.
package struct QueueScenario: Sendable, Hashable {
  /// What a request has to do, as a multiple of what its size says.
  package enum Work: Sendable, Hashable {
    case fixed
    /// With an exponential distribution of mean 1: what queueing theory's M/M/… means; for checks against it.
    case exponential
  }

  package var law: BatchLaw
  /// When each replica begins to serve, in seconds; 0: it is there from the start.
  package var replicas: [Double]
  package var arrivals: ArrivalProcess
  /// Of every request that has no recorded one.
  package var size: BatchLaw.Size
  package var work = Work.fixed
  /// In each replica that is there from the start, at its start, somewhere on their way: so that the start is near the steady state.
  package var initialBatch = 0
  /// Requests that are served and not counted, before those that are.
  package var warmUp: Int
  /// Requests that are counted.
  package var requests: Int
  /// No request comes after this, in seconds.
  package var until = Double.infinity
  package var seed: UInt64

  package init(
    law: BatchLaw, replicas: [Double], arrivals: ArrivalProcess, size: BatchLaw.Size, warmUp: Int, requests: Int, seed: UInt64
  ) {
    self.law = law
    self.replicas = replicas
    self.arrivals = arrivals
    self.size = size
    self.warmUp = warmUp
    self.requests = requests
    self.seed = seed
  }
}

/// What a run showed, in seconds, of each counted request in the order in which they came.
package struct QueueReport: Sendable {
  package struct Request: Sendable, Hashable {
    package var arrived: Double
    /// Until it joined a batch.
    package var wait = 0.0
    /// From arrival to first token.
    package var ttft = 0.0
    /// From arrival to last token.
    package var e2e = 0.0
    package var outputTokens: Int
    /// Seconds from one token to the next, on average over the answer.
    package var itl: Double { (e2e - ttft) / Double(max(1, outputTokens)) }
  }

  package var requests: [Request]
  /// Requests in batches, on average over the whole run and all replicas.
  package var meanBatch: Double
  /// When the last one ended.
  package var end: Double
}
