extension BenchmarkColumns {
  /// The names that other programs give to what we read: those of the table `exported_summaries`.
  static let otherNames = [
    "model_hf_repo": "model", "hardware": "accelerator", "hardware_count": "gpus", "ttft_mean": "ttft_mean_ms", "ttft_p95": "ttft_p95_ms",
    "itl_mean": "itl_mean_ms", "itl_p95": "itl_p95_ms", "e2e_mean": "e2e_mean_ms", "e2e_p95": "e2e_p95_ms", "benchmark_date": "measured",
    "framework_version": "engine_version",
  ]
}
