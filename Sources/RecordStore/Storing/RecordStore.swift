import Foundation

/// Where records are kept. Every call blocks, one at a time: for threads that may wait.
package protocol RecordStore: Sendable {
  /// Writes all of it or none, durably. What was written before, as its id says, is kept once and counted once, so that a batch whose
  /// answer was lost can be written again.
  func write(_ batch: RecordBatch) throws(RecordStoreError)
  /// The newest requests since a moment, the newest first.
  func requests(since: Date, limit: Int) throws(RecordStoreError) -> [OrchestratorRequest]
  /// Samples since a moment, the oldest first; when there are more than the limit, the newest of them.
  func resources(since: Date, limit: Int) throws(RecordStoreError) -> [SystemResource]
  /// Every model's, by name.
  func metrics() throws(RecordStoreError) -> [ModelMetric]
  /// Removes requests and samples from before a moment, at most so many of each. Returns how many went. Metrics stay.
  func prune(before: Date, limit: Int) throws(RecordStoreError) -> Int
}
