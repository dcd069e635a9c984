import Foundation
import JSON
import ModelServer
import Testing

@Suite(.timeLimit(.minutes(2))) struct ServerTests {
  @Test func `A chat completion has as many tokens as were asked for, and says so`() async throws {
    let response = try await withServer { client, _ async throws in try await client.chat(#","max_tokens":7"#) }
    #expect(response.status == 200)
    let json = try #require(response.json)
    #expect(json["object"]?.string == "chat.completion")
    #expect(json["choices"]?[0]?["finish_reason"]?.string == "length")
    let content = try #require(json["choices"]?[0]?["message"]?["content"]?.string)
    #expect(content.split(separator: " ").count == 7)
    #expect(json["usage"]?["completion_tokens"]?.int == 7)
    // "Hello there" is 11 bytes: 3 tokens, and 4 of the chat template.
    #expect(json["usage"]?["prompt_tokens"]?.int == 7)
    #expect(json["usage"]?["total_tokens"]?.int == 14)
  }

  @Test func `A stream's usage is the number of its deltas, and of the metrics' tokens`() async throws {
    try await withServer { client, _ async throws in
      let response = try await client.chat(#","max_tokens":25,"stream":true,"stream_options":{"include_usage":true}"#)
      #expect(response.status == 200)
      #expect(response.head.lowercased().contains("content-type: text/event-stream"))
      #expect(!response.isCutOff)
      var events = response.events
      #expect(events.popLast() == "[DONE]")
      let chunks = try events.map { try JSONValue(parsing: $0) }
      #expect(chunks.first?["choices"]?[0]?["delta"]?["role"]?.string == "assistant")
      let deltas = chunks.filter { ($0["choices"]?[0]?["delta"]?["content"]?.string ?? "") != "" }
      #expect(deltas.count == 25)
      #expect(deltas.last?["choices"]?[0]?["finish_reason"]?.string == "length")
      #expect(deltas.dropLast().allSatisfy { $0["choices"]?[0]?["finish_reason"]?.isNull == true })
      #expect(chunks.last?["choices"]?.array?.isEmpty == true)
      #expect(chunks.last?["usage"]?["completion_tokens"]?.int == 25)
      let metrics = try await client.get("/metrics").body
      #expect(metrics.contains("vllm:generation_tokens_total{model_name=\"chat\",engine=\"0\"} 25.0"))
      #expect(metrics.contains("vllm:prompt_tokens_total{model_name=\"chat\",engine=\"0\"} 7.0"))
      #expect(metrics.contains("finished_reason=\"length\"} 1.0"))
      #expect(metrics.contains("vllm:inter_token_latency_seconds_count{model_name=\"chat\",engine=\"0\"} 24.0"))
    }
  }

  @Test func `A text completion streams text, and draws a length when none is set`() async throws {
    try await withServer({ $0.outputTokens = 10 }) { client, _ async throws in
      let response = try await client.post("/v1/completions", #"{"model":"chat","prompt":[1,2,3],"stream":true}"#)
      let chunks = try response.events.dropLast().map { try JSONValue(parsing: $0) }
      #expect((5...15).contains(chunks.count))
      #expect(chunks.last?["choices"]?[0]?["finish_reason"]?.string == "stop")
      #expect(chunks.allSatisfy { $0["object"]?.string == "text_completion" && $0["choices"]?[0]?["text"]?.string != nil })
    }
  }

  @Test func `The pages that tools look at are there`() async throws {
    try await withServer { client, _ async throws in
      #expect(try await client.get("/health").status == 200)
      #expect(try await client.get("/version").json?["version"]?.string == "0.33.0")
      let models = try await client.get("/v1/models").json
      #expect(models?["data"]?[0]?["id"]?.string == "chat")
      #expect(models?["data"]?[0]?["root"]?.string == "acme/model")
      let metrics = try await client.get("/metrics").body
      for name in [
        "num_requests_running", "num_requests_waiting", "kv_cache_usage_perc", "prompt_tokens_total", "request_success_total",
        "num_preemptions_total", "time_to_first_token_seconds_bucket", "inter_token_latency_seconds_bucket",
        "request_time_per_output_token_seconds_bucket", "e2e_request_latency_seconds_sum", "request_queue_time_seconds_count",
        "request_prefill_time_seconds_sum", "request_decode_time_seconds_sum", "request_inference_time_seconds_sum",
        "request_prompt_tokens_bucket", "request_generation_tokens_bucket", "num_requests_waiting_by_reason",
      ] {
        #expect(metrics.contains("\nvllm:\(name){model_name=\"chat\",engine=\"0\""), "\(name)")
      }
      #expect(metrics.contains("vllm:time_to_first_token_seconds_bucket{model_name=\"chat\",engine=\"0\",le=\"0.25\"}"))
    }
  }

  @Test(arguments: [
    ("not json", 400, "not JSON"), (#"{"messages":[]}"#, 400, "Field required: model"), (#"{"model":"chat"}"#, 400, "messages"),
    (#"{"model":"chat","messages":[]}"#, 400, "must not be empty"),
    (#"{"model":"other","messages":[{"role":"user","content":"a"}]}"#, 404, "The model `other` does not exist."),
    (#"{"model":"chat","messages":[{"role":"user","content":"a"}],"max_tokens":0}"#, 400, "at least 1"),
    (#"{"model":"chat","messages":[{"role":"user","content":"a"}],"max_tokens":40000}"#, 400, "maximum context length is 32768"),
    (#"{"model":"chat","messages":[{"role":"user","content":"a"}],"temperature":-1}"#, 400, "non-negative"),
    (#"{"model":"chat","messages":[{"role":"user","content":"a"}],"stream_options":{}}"#, 400, "stream=True"),
  ])
  func `A wrong request is refused as vLLM refuses it`(body: String, status: Int, message: String) async throws {
    let response = try await withServer { client, _ async throws in try await client.post("/v1/chat/completions", body) }
    #expect(response.status == status)
    #expect(response.json?["error"]?["code"]?.int == status)
    #expect(response.json?["error"]?["message"]?.string?.contains(message) == true, "\(response.body)")
  }

  @Test func `A path or method that is not there is said to be so`() async throws {
    try await withServer({ $0.apiKeys = ["secret"] }) { client, _ async throws in
      #expect(try await client.get("/nothing").status == 404)
      #expect(try await client.post("/health", "").status == 405)
      #expect(try await client.get("/v1/models").status == 401)
      #expect(try await client.get("/v1/models", headers: "Authorization: Bearer secret\r\n").status == 200)
    }
  }

  @Test func `Requests beyond max-num-seqs wait, and all are answered`() async throws {
    try await withServer({ $0.maximumSequences = 2 }) { client, _ async throws in
      let answers = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<10 { group.addTask { try await client.chat(#","max_tokens":30"#).json?["usage"]?["completion_tokens"]?.int ?? 0 } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers == Array(repeating: 30, count: 10))
      let metrics = try await client.get("/metrics").body
      #expect(metrics.contains("vllm:num_requests_running{model_name=\"chat\",engine=\"0\"} 0.0"))
      #expect(metrics.contains("vllm:kv_cache_usage_perc{model_name=\"chat\",engine=\"0\"} 0.0"))
      #expect(metrics.contains("finished_reason=\"length\"} 10.0"))
    }
  }

  @Test func `Pipelined requests are answered in their order`() async throws {
    try await withServer { client, _ async throws in
      func request(_ tokens: Int, _ connection: String) -> String {
        let body = #"{"model":"chat","prompt":"a","max_tokens":\#(tokens)}"#
        return "POST /v1/completions HTTP/1.1\r\nHost: a\r\nConnection: \(connection)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      }
      let bytes = try await client.raw(request(9, "keep-alive") + request(3, "close"))
      let text = String(decoding: bytes, as: UTF8.self)
      let first = try #require(text.range(of: "\"completion_tokens\":9"))
      let second = try #require(text.range(of: "\"completion_tokens\":3"))
      #expect(first.lowerBound < second.lowerBound)
    }
  }

  @Test func `A full queue answers 503 and counts it`() async throws {
    try await withServer({
      $0.maximumSequences = 1
      $0.maximumQueued = 1
      $0.latency = LatencyModel(base: 20, perSequence: 0, perStep: 0, perPromptToken: 0)
    }) { client, _ async throws in
      async let long = client.chat(#","max_tokens":100"#)
      try await poll { try await client.get("/metrics").body.contains("num_requests_running{model_name=\"chat\",engine=\"0\"} 1.0") }
      #expect(try await client.chat(#","max_tokens":1"#).status == 503)
      #expect(try await client.get("/metrics").body.contains("reason=\"max_num_queued_reqs\"} 1.0"))
      #expect(try await long.status == 200)
    }
  }

  @Test func `A higher speed makes everything faster by as much`() async throws {
    func seconds(speed: Double) async throws -> Double {
      try await withServer({
        $0.latency = LatencyModel(base: 100, perSequence: 0, perStep: 0, perPromptToken: 0)
        $0.speed = speed
      }) { client, _ async throws in
        let start = ContinuousClock.now
        _ = try await client.chat(#","max_tokens":20"#)
        return (ContinuousClock.now - start) / .seconds(1)
      }
    }
    // 20 tokens of 100 ms: two seconds of the hardware's time.
    let fast = try await seconds(speed: 10)
    #expect(fast >= 0.19, "never faster than it should be")
    #expect(try await seconds(speed: 2) >= 0.99)
  }

  private func poll(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !condition() {
      try #require(ContinuousClock.now < deadline, "not within 30 s")
      await Task.yield()
    }
  }
}
