import Foundation

/// What a model did so far, by everybody who writes to the same store.
///
/// The counts and the mean follow from the ``OrchestratorRequest``s that were written, each counted once; they stay when old requests are
/// removed.
package struct ModelMetric: Sendable, Hashable {
  package var id: UUID
  package var modelName: String
  package var requestCount: Int
  package var successCount: Int
  package var errorCount: Int
  /// Of all its requests, milliseconds.
  package var averageResponseTimeMilliseconds: Double
  /// Requests in it for each it can take, when that was last told (``ModelState``).
  package var currentLoad: Double
  package var memoryUsageMB: Double
  package var lastUsed: Date?
  package var createdAt: Date
  package var updatedAt: Date
}

/// What a model was like at one moment: of several the latest is kept.
package struct ModelState: Sendable, Hashable, Codable {
  package var modelName: String
  package var currentLoad: Double
  package var memoryUsageMB: Double
  package var at: Date

  package init(modelName: String, currentLoad: Double, memoryUsageMB: Double, at: Date) {
    self.modelName = modelName
    self.currentLoad = currentLoad
    self.memoryUsageMB = memoryUsageMB
    self.at = at
  }
}
