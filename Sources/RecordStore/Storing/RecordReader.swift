import Dispatch
import Foundation

/// Reads a store from tasks, which must not wait: on a thread of its own, and a connection of its own where the store has one.
package final class RecordReader: Sendable {
  private let store: any RecordStore
  private let queue = DispatchQueue(label: "podium.records.reader")

  package init(_ store: any RecordStore) { self.store = store }

  /// The newest requests since a moment, the newest first.
  package func requests(since: Date, limit: Int) async throws(RecordStoreError) -> [OrchestratorRequest] {
    try await read { store throws(RecordStoreError) in try store.requests(since: since, limit: limit) }
  }

  /// Samples since a moment, the oldest first; when there are more than the limit, the newest of them.
  package func resources(since: Date, limit: Int) async throws(RecordStoreError) -> [SystemResource] {
    try await read { store throws(RecordStoreError) in try store.resources(since: since, limit: limit) }
  }

  /// Every model's, by name.
  package func metrics() async throws(RecordStoreError) -> [ModelMetric] {
    try await read { store throws(RecordStoreError) in try store.metrics() }
  }

  private func read<Value: Sendable>(
    _ work: @escaping @Sendable (any RecordStore) throws(RecordStoreError) -> Value
  ) async throws(RecordStoreError) -> Value {
    let store = store
    let result: Result<Value, RecordStoreError> = await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(returning: Result { () throws(RecordStoreError) in try work(store) })
      }
    }
    return try result.get()
  }
}
