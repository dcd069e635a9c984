import JSON

/// How requests come over time.
package struct WorkloadPattern: Sendable, Hashable {
  /// `steady`, `moderate`, `high`, `diurnal`.
  package var name: String
  package var summary: String
  /// The busiest minute's rate ÷ the mean rate.
  package var peakToMean: Double
  /// Standard deviation ÷ mean of the time between two requests: 1 for a Poisson process, more for bursts.
  package var arrivalVariation: Double
  /// What the figures are from.
  package var source: String

  package init(name: String, summary: String, peakToMean: Double, arrivalVariation: Double, source: String) {
    self.name = name
    self.summary = summary
    self.peakToMean = peakToMean
    self.arrivalVariation = arrivalVariation
    self.source = source
  }

  init?(json: JSONValue) {
    guard let name = json["name"]?.string, let summary = json["summary"]?.string, let peak = json["peakToMean"]?.double,
      let variation = json["arrivalVariation"]?.double, (1...1000).contains(peak), (0...1000).contains(variation),
      let source = json["source"]?.string
    else { return nil }
    self.init(name: name, summary: summary, peakToMean: peak, arrivalVariation: variation, source: source)
  }
}
