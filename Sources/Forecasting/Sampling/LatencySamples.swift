import Planning
import Simulation

/// The latencies of some requests, in milliseconds.
struct LatencySamples {
  private(set) var ttft: [Double] = []
  private(set) var itl: [Double] = []
  private(set) var e2e: [Double] = []

  init(_ requests: some Sequence<QueueReport.Request>) {
    for request in requests {
      ttft.append(request.ttft * 1000)
      itl.append(request.itl * 1000)
      e2e.append(request.e2e * 1000)
    }
    sort()
  }

  init(merging parts: [LatencySamples]) {
    for part in parts {
      ttft += part.ttft
      itl += part.itl
      e2e += part.e2e
    }
    sort()
  }

  private mutating func sort() {
    ttft.sort()
    itl.sort()
    e2e.sort()
  }

  subscript(metric: ServiceLevel.Metric) -> [Double] {
    switch metric {
    case .ttft: ttft
    case .itl: itl
    case .e2e: e2e
    }
  }

  /// Nearest rank, 0 to 1; not a number without samples.
  func quantile(_ part: Double, _ metric: ServiceLevel.Metric) -> Double {
    let sorted = self[metric]
    guard !sorted.isEmpty else { return .nan }
    return sorted[min(sorted.count, max(1, Int((part * Double(sorted.count)).rounded(.up)))) - 1]
  }
}
