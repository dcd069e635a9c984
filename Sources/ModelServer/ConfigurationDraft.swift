/// A configuration while its words are being read: latencies are fitted when all are known.
struct ConfigurationDraft {
  private var settings = ModelServerConfiguration(
    model: "", latency: LatencyModel(base: 0, perSequence: 0, perStep: 0, perPromptToken: 0), host: "0.0.0.0", port: 8000)
  private var model: String?
  private var names: [String] = []
  private var ttft: Double?
  private var itl: Double?
  private var points: [LatencyModel.Point] = []
  private var loadFactor = 1.5
  private var promptTokens = 512

  /// vLLM's own flags that describe hardware, caches or logs: nothing of that is simulated.
  private static let ignored: Set<String> = [
    "--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size", "--gpu-memory-utilization",
    "--device-memory-utilization", "--max-num-batched-tokens", "--max-num-queued-tokens", "--quantization", "--kv-cache-dtype", "--dtype",
    "--enable-lora", "--max-loras", "--max-lora-rank", "--lora-modules", "--enable-prefix-caching", "--no-enable-prefix-caching",
    "--enable-request-id-headers", "--enable-server-load-tracking", "--custom-histogram-buckets",
    "--sse-keep-alive-interval", "--trust-remote-code", "--enable-chunked-prefill", "--enforce-eager", "--tokenizer", "--download-dir",
    "--revision", "--uvicorn-log-level", "--disable-log-requests", "--no-enable-log-requests", "--load-format", "--swap-space",
  ]

  mutating func setModel(_ name: String) throws(ArgumentProblem) {
    if let model, model != name { throw ArgumentProblem("two models, \(model) and \(name): a server plays one") }
    model = name
  }

  mutating func apply(_ flag: String, _ words: inout ArgumentWords) throws(ArgumentProblem) {
    if try applyServing(flag, &words) { return }
    if try applyLatency(flag, &words) { return }
    if try applyFault(flag, &words) { return }
    guard Self.ignored.contains(flag) else { throw ArgumentProblem("\(flag) is not known; it takes:\n\(ModelServerConfiguration.usage)") }
    words.skipValues()
  }

  private mutating func applyServing(_ flag: String, _ words: inout ArgumentWords) throws(ArgumentProblem) -> Bool {
    switch flag {
    case "--model": try setModel(try words.value(of: flag))
    case "--served-model-name": names = try words.values(of: flag)
    case "--host": settings.host = try words.value(of: flag)
    case "--port": settings.port = try words.count(of: flag, 0...65_535)
    case "--max-num-seqs": settings.maximumSequences = try words.count(of: flag, 1...65_536)
    case "--max-num-queued-reqs": settings.maximumQueued = try words.count(of: flag, 1...10_000_000)
    case "--max-model-len": settings.maximumModelLength = try words.count(of: flag, 1...100_000_000)
    case "--num-gpu-blocks-override": settings.cacheBlocks = try words.count(of: flag, 1...100_000_000)
    case "--shutdown-timeout": settings.shutdownTimeout = .seconds(try words.count(of: flag, 0...86_400))
    case "--api-key": settings.apiKeys = try words.values(of: flag)
    case "--scheduling-policy":
      let policy = try words.value(of: flag)
      guard policy == "fcfs" || policy == "priority" else { throw ArgumentProblem("\(flag) \(policy): write fcfs or priority") }
      settings.isPriorityScheduling = policy == "priority"
    default: return false
    }
    return true
  }

  private mutating func applyLatency(_ flag: String, _ words: inout ArgumentWords) throws(ArgumentProblem) -> Bool {
    switch flag {
    case "--time-to-first-token": ttft = try words.milliseconds(of: flag)
    case "--inter-token-latency": itl = try words.milliseconds(of: flag)
    case "--latency-point": points.append(try point(try words.value(of: flag)))
    case "--time-factor-under-load": loadFactor = try words.number(of: flag, 1...1000)
    case "--prompt-tokens": promptTokens = try words.count(of: flag, 1...10_000_000)
    case "--output-tokens": settings.outputTokens = try words.count(of: flag, 1...10_000_000)
    case "--jitter": settings.jitter = try words.number(of: flag, 0...1)
    case "--speed": settings.speed = try words.number(of: flag, 0.001...100_000)
    case "--seed": settings.seed = UInt64(try words.count(of: flag, 0...Int.max))
    default: return false
    }
    return true
  }

  private mutating func applyFault(_ flag: String, _ words: inout ArgumentWords) throws(ArgumentProblem) -> Bool {
    switch flag {
    case "--fault-error-rate": settings.faults.errorRate = try words.number(of: flag, 0...1)
    case "--fault-abort-rate": settings.faults.abortRate = try words.number(of: flag, 0...1)
    case "--fault-abort-after": settings.faults.abortAfterTokens = try words.count(of: flag, 0...10_000_000)
    case "--fault-hang-rate": settings.faults.hangRate = try words.number(of: flag, 0...1)
    case "--fault-slow-factor": settings.faults.slowFactor = try words.number(of: flag, 0.001...100_000)
    case "--fault-health": settings.faults.isHealthFailing = true
    case "--startup-delay": settings.faults.startupDelay = .milliseconds(Int(try words.milliseconds(of: flag)))
    default: return false
    }
    return true
  }

  private func point(_ text: String) throws(ArgumentProblem) -> LatencyModel.Point {
    let parts = text.split(separator: ":").map { Double($0) }
    guard parts.count == 3, let batch = parts[0], let ttft = parts[1], let itl = parts[2], batch > 0, ttft > 0, itl > 0,
      max(batch, ttft, itl) <= 86_400_000
    else { throw ArgumentProblem("--latency-point \(text): write batch:ttft:itl, such as 2.7:21.9:10.76, in milliseconds") }
    return .init(batch: batch, ttft: ttft, itl: itl)
  }

  func configuration() throws(ArgumentProblem) -> ModelServerConfiguration {
    guard let model, !model.isEmpty else {
      throw ArgumentProblem("which model? write --model, such as --model meta-llama/Llama-3.1-8B-Instruct")
    }
    if !points.isEmpty, ttft != nil || itl != nil {
      throw ArgumentProblem("--latency-point says what --time-to-first-token and --inter-token-latency say: give one or the other")
    }
    var result = settings
    result.model = model
    result.servedNames = names.isEmpty ? [model] : names
    // Without any figure: about what an 8-billion-parameter model does on one H100 with 512 prompt tokens.
    let known = points.isEmpty ? [.init(batch: 1, ttft: ttft ?? 22, itl: itl ?? 10.8)] : points
    result.latency = LatencyModel(
      fitting: known, promptTokens: promptTokens, loadFactor: loadFactor, fullBatch: settings.maximumSequences)
    return result
  }
}
