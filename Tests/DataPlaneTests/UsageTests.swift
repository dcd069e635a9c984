import NIOCore
import Testing

@testable import DataPlane

@Suite struct `The usage of an answer` {
  private static func usage(_ text: String) -> TokenUsage? { TokenUsage(inTail: Array(text.utf8).span) }

  @Test func `is read in every spelling that servers have`() {
    let chat =
      #""usage":{"prompt_tokens":9,"total_tokens":21,"completion_tokens":12,"prompt_tokens_details":{"cached_tokens":8},"#
      + #""completion_tokens_details":{"reasoning_tokens":5}},"prompt_logprobs":null}"#
    #expect(Self.usage(chat) == TokenUsage(promptTokens: 9, outputTokens: 12, cachedTokens: 8))
    let responses =
      #""usage" : {"input_tokens":3,"input_tokens_details":{"cached_tokens":2},"output_tokens":4,"total_tokens":7},"user":null}"#
    #expect(Self.usage(responses) == TokenUsage(promptTokens: 3, outputTokens: 4, cachedTokens: 2))
    #expect(
      Self.usage(#"{"data":[],"usage":{"prompt_tokens":5,"total_tokens":5}}"#)
        == TokenUsage(promptTokens: 5, outputTokens: 0, cachedTokens: nil))
    #expect(Self.usage(#""usage":null,"x":{"prompt_tokens":1}"#) == nil)
    // The last one that says something counts; what is in a text is none, and what stands behind the object is not in it.
    #expect(Self.usage(#""usage":{"prompt_tokens":1,"completion_tokens":2}} {"usage":null}"#)?.outputTokens == 2)
    #expect(Self.usage(#"{"content":"\\"usage\\":{\\"prompt_tokens\\":1}"}"#) == nil)
    #expect(Self.usage(#""usage":{"prompt_tokens":1},"completion_tokens":9"#)?.outputTokens == nil)
    #expect(
      Self.usage(#""usage":{"prompt_tokens":1,"completion_tokens":"#) == TokenUsage(promptTokens: 1, outputTokens: nil, cachedTokens: nil))
  }

  /// An event stream in chunks, as vLLM sends it.
  private static func stream(usage: String?) -> String {
    var events = (0..<20).map { "data: {\"choices\":[{\"delta\":{\"content\":\"w\($0)\"}}],\"usage\":null}\n\n" }
    if let usage { events.append("data: {\"choices\":[],\"usage\":\(usage)}\n\n") }
    events.append("data: [DONE]\n\n")
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
      + events.map { String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
  }

  private static func relay(_ text: String, cuts: [Int]) throws -> BodyRelay {
    let bytes = Array(text.utf8)
    var scanner = HeadScanner()
    let head = try #require(try scanner.scanResponse(bytes.span))
    let relay = BodyRelay()
    relay.start(head, removesChunking: false)
    var start = head.length
    for end in (cuts.map { min(max($0, head.length), bytes.count) } + [bytes.count]).sorted() where end > start {
      _ = try relay.read(ByteBuffer(bytes: bytes[start..<end])) { _ in }
      start = end
    }
    return relay
  }

  @Test func `is the same wherever a stream is cut`() throws {
    let text = Self.stream(usage: #"{"prompt_tokens":11,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":4}}"#)
    for cut in stride(from: 0, to: text.utf8.count, by: 1) {
      let relay = try Self.relay(text, cuts: [cut])
      #expect(relay.isComplete && relay.usage == TokenUsage(promptTokens: 11, outputTokens: 20, cachedTokens: 4), "cut at \(cut)")
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    for _ in 0..<200 {
      let cuts = (0..<8).map { _ in Int.random(in: 0..<text.utf8.count, using: &chance) }
      #expect(try Self.relay(text, cuts: cuts).usage?.outputTokens == 20, "seed \(seed): cuts at \(cuts)")
    }
  }

  @Test func `is estimated by its events where there is none, however they are cut`() throws {
    let text = Self.stream(usage: nil)
    for cut in stride(from: 0, to: text.utf8.count, by: 3) {
      let relay = try Self.relay(text, cuts: [cut, cut + 7])
      #expect(relay.usage == nil && relay.estimatedOutputTokens == 20, "cut at \(cut)")
    }
    // Several events in one chunk are several.
    let whole = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + String(repeating: "event: x\r\ndata: 1\r\n\r\n", count: 8)
    #expect(try Self.relay(whole, cuts: []).estimatedOutputTokens == 7)
  }
}
