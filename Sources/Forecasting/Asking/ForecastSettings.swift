import Simulation

/// How a forecast is made: its size, its seed, and what is not known.
package struct ForecastSettings: Sendable, Hashable {
  package enum Arrivals: Sendable, Hashable {
    case poisson
    /// Gaps of a gamma distribution of shape 1/4: their standard deviation is twice their mean.
    case bursty
    /// A day's swing between trough and peak, passed in the time of a run.
    case diurnal
    /// Recorded ones with their lengths, stretched to the rate that is asked for.
    case recorded([TraceRow], name: String)

    package var name: String {
      switch self {
      case .poisson: "Poisson"
      case .bursty: "bursty"
      case .diurnal: "diurnal"
      case .recorded(_, let name): "recorded (\(name))"
      }
    }
  }

  package var arrivals = Arrivals.poisson
  package var seed: UInt64
  /// Of the Monte Carlo.
  package var samples: Int
  /// Independent runs for each percentile.
  package var runs = 10
  /// Counted in each run.
  package var requestsPerRun = 2_000
  /// Counted in the run of each sample; more would take out what a finite run adds to the spread.
  package var requestsPerSample = 600
  /// The standard deviation of true ÷ expected rate, as a part of it: an assumption.
  package var trafficSpread = 0.2
  package var coldStart: ColdStart?

  package static let mostSamples = 10_000
  /// More replicas than these are simulated as so many with their part of the traffic: a random part of Poisson arrivals is Poisson, so
  /// each replica sees the same load. Fewer share what is chance, so waits are rather too long. A forecast says when it did so.
  package static let mostReplicas = 8

  package init(seed: UInt64 = 1, samples: Int = 200) {
    self.seed = seed
    self.samples = min(max(samples, 20), Self.mostSamples)
  }
}
