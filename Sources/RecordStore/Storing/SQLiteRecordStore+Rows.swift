import Foundation
import GRDB

/// Times are seconds since 1970, UUIDs their text.
extension SQLiteRecordStore {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("records 1: requests, models, resources") { db in
      try db.execute(
        sql: """
          CREATE TABLE orchestrator_requests (
            id TEXT PRIMARY KEY, request_id TEXT NOT NULL, task_type TEXT NOT NULL, selected_model TEXT NOT NULL,
            fallback_used INTEGER NOT NULL, response_time_ms INTEGER NOT NULL, success INTEGER NOT NULL, error_message TEXT,
            resource_pressure REAL NOT NULL, cost_estimate REAL NOT NULL, created_at REAL NOT NULL);
          CREATE INDEX orchestrator_requests_created ON orchestrator_requests (created_at);
          CREATE TABLE model_metrics (
            id TEXT PRIMARY KEY, model_name TEXT NOT NULL UNIQUE, request_count INTEGER NOT NULL DEFAULT 0,
            success_count INTEGER NOT NULL DEFAULT 0, error_count INTEGER NOT NULL DEFAULT 0,
            avg_response_time_ms REAL NOT NULL DEFAULT 0, current_load REAL NOT NULL DEFAULT 0, memory_usage_mb REAL NOT NULL DEFAULT 0,
            state_at REAL, last_used REAL, created_at REAL NOT NULL, updated_at REAL NOT NULL);
          CREATE TABLE system_resources (
            id TEXT PRIMARY KEY, memory_available_gb REAL NOT NULL, memory_free_gb REAL NOT NULL, memory_total_gb REAL NOT NULL,
            cpu_usage_percent REAL NOT NULL, swap_used_percent REAL NOT NULL, recorded_at REAL NOT NULL);
          CREATE INDEX system_resources_recorded ON system_resources (recorded_at);
          """)
    }
    return migrator
  }

  /// Those that are new are counted into the metrics.
  static func insert(_ requests: [OrchestratorRequest], _ db: Database) throws {
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO orchestrator_requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    let count = try db.cachedStatement(sql: countRequest)
    let now = Date().timeIntervalSince1970
    for request in requests {
      let created = request.createdAt.timeIntervalSince1970
      try insert.execute(arguments: [
        request.id.uuidString, request.requestID, request.taskType, request.selectedModel, request.fallbackUsed,
        request.responseTimeMilliseconds, request.succeeded, request.errorMessage, request.resourcePressure, request.costEstimate, created,
      ])
      guard db.changesCount > 0 else { continue }
      try count.execute(arguments: [
        UUID().uuidString, request.selectedModel, request.succeeded, !request.succeeded, Double(request.responseTimeMilliseconds), created,
        now, now,
      ])
    }
  }

  private static let countRequest = """
    INSERT INTO model_metrics
      (id, model_name, request_count, success_count, error_count, avg_response_time_ms, last_used, created_at, updated_at)
      VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (model_name) DO UPDATE SET
      avg_response_time_ms = (avg_response_time_ms * request_count + excluded.avg_response_time_ms) / (request_count + 1),
      request_count = request_count + 1, success_count = success_count + excluded.success_count,
      error_count = error_count + excluded.error_count, last_used = max(coalesce(last_used, 0), excluded.last_used),
      updated_at = excluded.updated_at
    """

  static let insertResource = "INSERT OR IGNORE INTO system_resources VALUES (?, ?, ?, ?, ?, ?, ?)"

  static func arguments(_ resource: SystemResource) -> StatementArguments {
    [
      resource.id.uuidString, resource.memoryAvailableGB, resource.memoryFreeGB, resource.memoryTotalGB, resource.cpuUsagePercent,
      resource.swapUsedPercent, resource.recordedAt.timeIntervalSince1970,
    ]
  }

  /// What is older than what is known changes nothing.
  static let putState = """
    INSERT INTO model_metrics (id, model_name, current_load, memory_usage_mb, state_at, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)
    ON CONFLICT (model_name) DO UPDATE SET
      current_load = excluded.current_load, memory_usage_mb = excluded.memory_usage_mb, state_at = excluded.state_at,
      updated_at = excluded.updated_at
      WHERE state_at IS NULL OR state_at < excluded.state_at
    """

  static func arguments(_ state: ModelState) -> StatementArguments {
    [UUID().uuidString, state.modelName, state.currentLoad, state.memoryUsageMB, state.at.timeIntervalSince1970]
  }

  static func request(_ row: Row) throws -> OrchestratorRequest {
    OrchestratorRequest(
      id: try id(row), requestID: row["request_id"], taskType: row["task_type"], selectedModel: row["selected_model"],
      fallbackUsed: row["fallback_used"], responseTimeMilliseconds: row["response_time_ms"], succeeded: row["success"],
      errorMessage: row["error_message"], resourcePressure: row["resource_pressure"], costEstimate: row["cost_estimate"],
      createdAt: Date(timeIntervalSince1970: row["created_at"]))
  }

  static func resource(_ row: Row) throws -> SystemResource {
    SystemResource(
      id: try id(row), memoryAvailableGB: row["memory_available_gb"], memoryFreeGB: row["memory_free_gb"],
      memoryTotalGB: row["memory_total_gb"], cpuUsagePercent: row["cpu_usage_percent"], swapUsedPercent: row["swap_used_percent"],
      recordedAt: Date(timeIntervalSince1970: row["recorded_at"]))
  }

  static func metric(_ row: Row) throws -> ModelMetric {
    ModelMetric(
      id: try id(row), modelName: row["model_name"], requestCount: row["request_count"], successCount: row["success_count"],
      errorCount: row["error_count"], averageResponseTimeMilliseconds: row["avg_response_time_ms"], currentLoad: row["current_load"],
      memoryUsageMB: row["memory_usage_mb"], lastUsed: (row["last_used"] as Double?).map(Date.init(timeIntervalSince1970:)),
      createdAt: Date(timeIntervalSince1970: row["created_at"]), updatedAt: Date(timeIntervalSince1970: row["updated_at"]))
  }

  private static func id(_ row: Row) throws -> UUID {
    let text: String = row["id"]
    guard let id = UUID(uuidString: text) else { throw RecordStoreError.refused("a record's id is \"\(text.prefix(64))\"") }
    return id
  }
}
