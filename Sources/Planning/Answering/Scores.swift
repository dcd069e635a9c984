/// How a configuration does in each respect, 0–100, higher is better.
package struct Scores: Sendable, Hashable {
  package var quality: Double
  package var cost: Double
  package var latency: Double
  package var simplicity: Double
  /// All four by their weights, less for many replicas.
  package var balanced: Double

  package init(quality: Double, cost: Double, latency: Double, simplicity: Double, balanced: Double) {
    self.quality = quality
    self.cost = cost
    self.latency = latency
    self.simplicity = simplicity
    self.balanced = balanced
  }
}
