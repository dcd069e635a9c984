extension ModelArchitecture {
  /// Architectures by a part of a model's id in small letters, the more specific first: parameters, layers, width, experts and the
  /// cache (2 × layers × KV heads × head size × 2 bytes; for latent attention (512 + 64) × layers × 2) as in the models' published
  /// `config.json`.
  static let known: [(String, ModelArchitecture)] = [
    ("nemotron-nano-9b", dense("nemotron-nano-9b-v2", 8.9, 56, 4480, cache: 16_384)),
    ("nemotron-70b", llama70B), ("llama-3.3-70b", llama70B), ("llama-3.1-70b", llama70B), ("llama-3-70b", llama70B),
    ("llama-3.1-8b", llama8B), ("llama-3-8b", llama8B),
    ("llama-4-scout", mixture("llama-4-scout", 109, 17, 48, 5120, cache: 196_608, 16, 1)),
    ("llama-4-maverick", mixture("llama-4-maverick", 400, 17, 48, 5120, cache: 196_608, 128, 1)),
    ("qwen3-coder-480b", mixture("qwen3-480b-a35b", 480, 35, 62, 6144, cache: 253_952, 160, 8)),
    ("qwen3-235b", mixture("qwen3-235b-a22b", 235, 22, 94, 4096, cache: 192_512, 128, 8)),
    ("qwen3-30b", mixture("qwen3-30b-a3b", 30.5, 3.3, 48, 2048, cache: 98_304, 128, 8)),
    ("qwen3-32b", dense("qwen3-32b", 32.8, 64, 5120, cache: 262_144)),
    ("qwen3-8b", dense("qwen3-8b", 8.2, 36, 4096, cache: 147_456)),
    ("qwen2.5-72b", dense("qwen2.5-72b", 72.7, 80, 8192, cache: 327_680)),
    ("qwen2.5-7b", dense("qwen2.5-7b", 7.6, 28, 3584, cache: 57_344)),
    ("gpt-oss-120b", mixture("gpt-oss-120b", 116.8, 5.1, 36, 2880, cache: 73_728, 128, 4)),
    ("gpt-oss-20b", mixture("gpt-oss-20b", 20.9, 3.6, 24, 2880, cache: 49_152, 32, 4)),
    ("minimax-m2", mixture("minimax-m2", 229, 10, 62, 3072, cache: 253_952, 256, 8)),
    ("kimi-k2", mixture("kimi-k2", 1040, 32, 61, 7168, cache: 70_272, 384, 8)),
    ("deepseek-r1-0528", mixture("deepseek-v3", 671, 37, 61, 7168, cache: 70_272, 256, 8)),
    ("mixtral-8x22b", mixture("mixtral-8x22b", 140.6, 39.1, 56, 6144, cache: 229_376, 8, 2)),
    ("mixtral-8x7b", mixture("mixtral-8x7b", 46.7, 12.9, 32, 4096, cache: 131_072, 8, 2)),
    ("mistral-small", dense("mistral-small-24b", 23.6, 40, 5120, cache: 163_840)),
    ("mistral-7b", dense("mistral-7b", 7.25, 32, 4096, cache: 131_072)),
    ("granite-3", dense("granite-3-8b", 8.2, 40, 4096, cache: 163_840)),
    ("phi-4", dense("phi-4", 14.7, 40, 5120, cache: 204_800)),
    ("smollm3-3b", dense("smollm3-3b", 3.08, 36, 2048, cache: 73_728)),
    ("gemma-2-27b", dense("gemma-2-27b", 27.2, 46, 4608, cache: 376_832)),
    ("gemma-2-9b", dense("gemma-2-9b", 9.2, 42, 3584, cache: 344_064)),
    ("gemma-3n-e4b", dense("gemma-3n-e4b", 7.8, 35, 2048, cache: 71_680)),
  ]

  private static let llama8B = dense("llama-3.1-8b", 8.03, 32, 4096, cache: 131_072)
  private static let llama70B = dense("llama-3.1-70b", 70.6, 80, 8192, cache: 327_680)

  private static func dense(_ name: String, _ billions: Double, _ layers: Int, _ hidden: Int, cache: Int) -> ModelArchitecture {
    ModelArchitecture(name: name, parametersBillions: billions, layers: layers, hiddenSize: hidden, cacheBytesPerToken: cache)
  }

  private static func mixture(
    _ name: String, _ billions: Double, _ active: Double, _ layers: Int, _ hidden: Int, cache: Int, _ experts: Int, _ perToken: Int
  ) -> ModelArchitecture {
    ModelArchitecture(
      name: name, parametersBillions: billions, activeBillions: active, layers: layers, hiddenSize: hidden, cacheBytesPerToken: cache,
      experts: experts, expertsPerToken: perToken)
  }
}
