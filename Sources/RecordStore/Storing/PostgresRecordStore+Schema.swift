import PostgresClient

extension PostgresRecordStore {
  static let migrations = [
    PostgresMigration(
      "records 1: requests, models, resources",
      [
        """
        CREATE TABLE orchestrator_requests (
          id UUID PRIMARY KEY, request_id TEXT NOT NULL, task_type TEXT NOT NULL, selected_model TEXT NOT NULL,
          fallback_used BOOLEAN NOT NULL, response_time_ms INTEGER NOT NULL, success BOOLEAN NOT NULL, error_message TEXT,
          resource_pressure DOUBLE PRECISION NOT NULL, cost_estimate DOUBLE PRECISION NOT NULL, created_at TIMESTAMPTZ NOT NULL)
        """,
        "CREATE INDEX orchestrator_requests_created ON orchestrator_requests (created_at)",
        """
        CREATE TABLE model_metrics (
          id UUID PRIMARY KEY DEFAULT gen_random_uuid(), model_name TEXT NOT NULL UNIQUE, request_count BIGINT NOT NULL DEFAULT 0,
          success_count BIGINT NOT NULL DEFAULT 0, error_count BIGINT NOT NULL DEFAULT 0,
          avg_response_time_ms DOUBLE PRECISION NOT NULL DEFAULT 0, current_load DOUBLE PRECISION NOT NULL DEFAULT 0,
          memory_usage_mb DOUBLE PRECISION NOT NULL DEFAULT 0, state_at TIMESTAMPTZ, last_used TIMESTAMPTZ,
          created_at TIMESTAMPTZ NOT NULL DEFAULT now(), updated_at TIMESTAMPTZ NOT NULL DEFAULT now())
        """,
        """
        CREATE TABLE system_resources (
          id UUID PRIMARY KEY, memory_available_gb DOUBLE PRECISION NOT NULL, memory_free_gb DOUBLE PRECISION NOT NULL,
          memory_total_gb DOUBLE PRECISION NOT NULL, cpu_usage_percent DOUBLE PRECISION NOT NULL,
          swap_used_percent DOUBLE PRECISION NOT NULL, recorded_at TIMESTAMPTZ NOT NULL)
        """,
        "CREATE INDEX system_resources_recorded ON system_resources (recorded_at)",
      ])
  ]

  /// The rows that are new are counted into the metrics, in the order of names: two writers never wait for each other in a circle.
  static let insertRequests = """
    WITH inserted AS (
      INSERT INTO orchestrator_requests
        SELECT id, request_id, task_type, selected_model, fallback_used, response_time_ms, success, error_message, resource_pressure,
          cost_estimate, to_timestamp(created_at)
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::integer[], $7::boolean[], $8::text[], $9::float8[],
          $10::float8[], $11::float8[])
          AS batch (id, request_id, task_type, selected_model, fallback_used, response_time_ms, success, error_message, resource_pressure,
            cost_estimate, created_at)
        ON CONFLICT (id) DO NOTHING
        RETURNING selected_model, response_time_ms, success, created_at)
    INSERT INTO model_metrics AS total (model_name, request_count, success_count, error_count, avg_response_time_ms, last_used)
      SELECT selected_model, count(*), count(*) FILTER (WHERE success), count(*) FILTER (WHERE NOT success), avg(response_time_ms),
        max(created_at)
      FROM inserted GROUP BY selected_model ORDER BY selected_model
    ON CONFLICT (model_name) DO UPDATE SET
      request_count = total.request_count + excluded.request_count, success_count = total.success_count + excluded.success_count,
      error_count = total.error_count + excluded.error_count,
      avg_response_time_ms = (total.avg_response_time_ms * total.request_count
        + excluded.avg_response_time_ms * excluded.request_count) / (total.request_count + excluded.request_count),
      last_used = greatest(total.last_used, excluded.last_used), updated_at = now()
    """

  static let insertResources = """
    INSERT INTO system_resources
      SELECT id, available, free, total, cpu, swap, to_timestamp(recorded_at)
      FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
        AS batch (id, available, free, total, cpu, swap, recorded_at)
    ON CONFLICT (id) DO NOTHING
    """

  /// What is older than what is known changes nothing.
  static let putStates = """
    INSERT INTO model_metrics AS known (model_name, current_load, memory_usage_mb, state_at)
      SELECT name, load, memory, to_timestamp(at) FROM unnest($1::text[], $2::float8[], $3::float8[], $4::float8[])
        AS batch (name, load, memory, at)
      ORDER BY name
    ON CONFLICT (model_name) DO UPDATE SET
      current_load = excluded.current_load, memory_usage_mb = excluded.memory_usage_mb, state_at = excluded.state_at, updated_at = now()
      WHERE known.state_at IS NULL OR known.state_at < excluded.state_at
    """
}
