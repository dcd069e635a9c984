import Foundation
import PostgresClient
import Synchronization

/// Records in PostgreSQL: tables `orchestrator_requests`, `model_metrics` and `system_resources`, for other programs to read too.
///
/// A connection is kept as long as it works. A batch is one transaction of three statements, whatever its size: each sends its rows as
/// arrays (`unnest`), and the metrics are counted from the rows that were new.
package final class PostgresRecordStore: RecordStore {
  private let address: PostgresAddress
  private let connection = Mutex<PostgresConnection?>(nil)

  /// What a statement may take: whoever writes must soon know that the server is away.
  private static let statementLimit: Duration = .seconds(10)

  package init(_ address: PostgresAddress) { self.address = address }

  package func write(_ batch: RecordBatch) throws(RecordStoreError) {
    guard !batch.isEmpty else { return }
    try connected { connection in
      try connection.transaction("") {
        if !batch.requests.isEmpty { try connection.execute(Self.insertRequests, Self.columns(batch.requests)) }
        if !batch.resources.isEmpty { try connection.execute(Self.insertResources, Self.columns(batch.resources)) }
        let states = batch.latestStates
        if !states.isEmpty { try connection.execute(Self.putStates, Self.columns(states)) }
      }
    }
  }

  package func requests(since: Date, limit: Int) throws(RecordStoreError) -> [OrchestratorRequest] {
    try connected { connection in
      let rows = try connection.execute(
        """
        SELECT id, request_id, task_type, selected_model, fallback_used, response_time_ms, success, error_message, resource_pressure,
          cost_estimate, extract(epoch FROM created_at)
        FROM orchestrator_requests WHERE created_at >= to_timestamp($1) ORDER BY created_at DESC, id LIMIT $2
        """, [Self.seconds(since), "\(limit)"])
      return try (0..<rows.count).map { try RowReader(rows, $0).request() }
    }
  }

  package func resources(since: Date, limit: Int) throws(RecordStoreError) -> [SystemResource] {
    try connected { connection in
      let rows = try connection.execute(
        """
        SELECT id, memory_available_gb, memory_free_gb, memory_total_gb, cpu_usage_percent, swap_used_percent,
          extract(epoch FROM recorded_at)
        FROM system_resources WHERE recorded_at >= to_timestamp($1) ORDER BY recorded_at DESC, id LIMIT $2
        """, [Self.seconds(since), "\(limit)"])
      return try (0..<rows.count).reversed().map { try RowReader(rows, $0).resource() }
    }
  }

  package func metrics() throws(RecordStoreError) -> [ModelMetric] {
    try connected { connection in
      let rows = try connection.execute(
        """
        SELECT id, model_name, request_count, success_count, error_count, avg_response_time_ms, current_load, memory_usage_mb,
          extract(epoch FROM last_used), extract(epoch FROM created_at), extract(epoch FROM updated_at)
        FROM model_metrics ORDER BY model_name COLLATE "C"
        """)
      return try (0..<rows.count).map { try RowReader(rows, $0).metric() }
    }
  }

  package func prune(before: Date, limit: Int) throws(RecordStoreError) -> Int {
    try connected { connection in
      var count = 0
      for (table, time) in [("orchestrator_requests", "created_at"), ("system_resources", "recorded_at")] {
        let gone = try connection.execute(
          """
          DELETE FROM \(table) WHERE ctid = ANY (ARRAY(SELECT ctid FROM \(table) WHERE \(time) < to_timestamp($1) LIMIT $2)) RETURNING 1
          """, [Self.seconds(before), "\(limit)"])
        count += gone.count
      }
      return count
    }
  }

  /// Runs the work on the connection, made and migrated when there is none. One that failed is given up.
  private func connected<Value: Sendable>(_ work: (PostgresConnection) throws -> Value) throws(RecordStoreError) -> Value {
    try connection.withLock { kept throws(RecordStoreError) in
      do {
        let connection = try kept ?? migrated()
        kept = nil
        let value = try work(connection)
        kept = connection
        return value
      } catch {
        throw Self.described(error)
      }
    }
  }

  private func migrated() throws -> PostgresConnection {
    let connection = try PostgresConnection(address, statementLimit: Self.statementLimit)
    try connection.transaction("") { try connection.migrate(Self.migrations) }
    return connection
  }

  private static func described(_ error: any Error) -> RecordStoreError {
    switch error {
    case let error as RecordStoreError: error
    case PostgresError.invalidAddress(let text): .invalidLocation(text)
    case PostgresError.unreachable(let text): .unreachable(text)
    default: .refused("\(error)")
    }
  }
}
