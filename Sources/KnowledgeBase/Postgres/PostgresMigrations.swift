import PostgresClient

/// Makes and changes our tables, each step once, inside the caller's transaction.
enum PostgresMigrations {
  private static let steps = [
    PostgresMigration(
      "1: benchmarks and documents",
      [
        // Numbers without a scale, so that nothing is rounded.
        """
        CREATE TABLE IF NOT EXISTS exported_summaries (
          id SERIAL PRIMARY KEY, model_hf_repo VARCHAR(255) NOT NULL, hardware VARCHAR(100) NOT NULL, hardware_count INTEGER NOT NULL,
          prompt_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, ttft_p95 NUMERIC NOT NULL, itl_p95 NUMERIC NOT NULL,
          e2e_p95 NUMERIC NOT NULL, requests_per_second NUMERIC)
        """,
        """
        CREATE UNIQUE INDEX IF NOT EXISTS idx_benchmark_config
          ON exported_summaries (model_hf_repo, hardware, hardware_count, prompt_tokens, output_tokens)
        """,
        """
        ALTER TABLE exported_summaries
          ADD COLUMN IF NOT EXISTS ttft_mean NUMERIC, ADD COLUMN IF NOT EXISTS itl_mean NUMERIC, ADD COLUMN IF NOT EXISTS e2e_mean NUMERIC,
          ADD COLUMN IF NOT EXISTS concurrency INTEGER, ADD COLUMN IF NOT EXISTS kind TEXT, ADD COLUMN IF NOT EXISTS source TEXT,
          ADD COLUMN IF NOT EXISTS benchmark_date DATE, ADD COLUMN IF NOT EXISTS framework_version TEXT,
          ADD COLUMN IF NOT EXISTS precision TEXT
        """,
        """
        CREATE TABLE podium_benchmarks (
          id BIGSERIAL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('measured', 'simulated', 'estimated', 'learned')),
          model TEXT NOT NULL, accelerator TEXT NOT NULL, gpus INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
          output_tokens INTEGER NOT NULL, concurrency INTEGER, requests_per_second NUMERIC, ttft_mean_ms NUMERIC, ttft_p95_ms NUMERIC,
          itl_mean_ms NUMERIC, itl_p95_ms NUMERIC, e2e_mean_ms NUMERIC, e2e_p95_ms NUMERIC, source TEXT NOT NULL, measured DATE,
          engine_version TEXT, precision TEXT, CHECK (concurrency IS NOT NULL OR requests_per_second IS NOT NULL))
        """,
        "CREATE TABLE podium_entries (kind TEXT NOT NULL, name TEXT NOT NULL, position BIGSERIAL, body JSON NOT NULL)",
        "CREATE UNIQUE INDEX podium_entry ON podium_entries (kind, lower(name))",
        "CREATE TABLE podium_settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """
        INSERT INTO podium_settings
          SELECT 'shipped', CASE WHEN EXISTS (SELECT 1 FROM exported_summaries) THEN 'excluded' ELSE 'included' END
        """,
      ]
    )
  ]

  static func run(_ connection: PostgresConnection) throws(PostgresError) {
    try connection.migrate(steps)
    try connection.execute("LOCK TABLE exported_summaries, podium_benchmarks IN SHARE ROW EXCLUSIVE MODE")
  }
}
