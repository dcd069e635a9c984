import Testing

@testable import ModelServer

@Suite struct ArgumentTests {
  private func parse(_ words: String) throws -> ModelServerConfiguration {
    try ModelServerConfiguration(arguments: words.split(separator: " ").map(String.init))
  }

  @Test func `The words of a vLLM container make a configuration`() throws {
    let settings = try parse(
      "--model meta-llama/Llama-3.1-8B-Instruct --served-model-name chat llama --port=8080 --max-num-seqs 64 --gpu-memory-utilization 0.92 "
        + "--enable-prefix-caching --tensor-parallel-size=2 --scheduling-policy priority --speed 10 --seed 7 --latency-point 2.7:21.9:10.76"
    )
    #expect(settings.model == "meta-llama/Llama-3.1-8B-Instruct")
    #expect(settings.servedNames == ["chat", "llama"])
    #expect(settings.port == 8080)
    #expect(settings.maximumSequences == 64)
    #expect(settings.isPriorityScheduling)
    #expect(settings.speed == 10)
    #expect(settings.host == "0.0.0.0")
    #expect(abs(settings.latency.prefill(promptTokens: 512) - (21.9 - 10.76)) < 1e-9)
  }

  @Test func `The model may come first, and names default to it`() throws {
    let settings = try parse("simulate-server my/model --time-to-first-token 1.5s --inter-token-latency 20 --time-factor-under-load 1")
    #expect(settings.servedNames == ["my/model"])
    #expect(abs(settings.latency.step(batch: 100) - 20) < 1e-9)
  }

  @Test(arguments: [
    ("--port 80", "which model"), ("--model a --port 99999", "from 0 to 65535"), ("--model a --speed fast", "--speed fast"),
    ("--model a --max-num-seqs", "needs a value"), ("--model a --modle b", "--modle is not known"), ("--model a b", "two models"),
    ("--model a --latency-point 1:2", "batch:ttft:itl"), ("--model a --scheduling-policy lifo", "fcfs or priority"),
    ("--model a --latency-point 1:2:3 --inter-token-latency 5", "one or the other"), ("--model a --fault-error-rate 2", "from 0.0 to 1.0"),
    ("--model a --startup-delay soon", "a time such as"),
  ])
  func `Wrong words are refused with what to write instead`(words: String, part: String) throws {
    let problem = #expect(throws: ArgumentProblem.self) { try parse(words) }
    #expect(problem?.description.contains(part) == true, "\(problem?.description ?? "")")
  }
}
