import JSON

/// The words of an answer and the JSON around them. One word is one token.
struct AnswerText {
  private static let words = [
    "the", "model", "answers", "with", "plain", "words", "while", "tokens", "flow", "one", "by", "and", "each", "takes", "its", "turn",
  ]

  let id: String
  let request: CompletionRequest
  /// Seconds since 1970.
  let created: Int
  private let head: String
  private let tail: String

  init(id: String, request: CompletionRequest, created: Int) {
    self.id = id
    self.request = request
    self.created = created
    let model = JSONValue.string(request.model).text()
    let object = request.kind == .chat ? "chat.completion.chunk" : "text_completion"
    head = "data: {\"id\":\"\(id)\",\"object\":\"\(object)\",\"created\":\(created),\"model\":\(model),\"choices\":["
    tail = "]}\n\n"
  }

  static func word(_ index: Int) -> String { (index == 0 ? "" : " ") + words[index % words.count] }

  /// What comes before the first token: a chat names the role.
  var opening: String {
    guard request.kind == .chat else { return "" }
    return head + #"{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}"# + tail
  }

  func delta(_ index: Int, finish: Engine.FinishReason?) -> String {
    let reason = finish.map { "\"\($0.rawValue)\"" } ?? "null"
    let word = Self.word(index)
    let choice =
      request.kind == .chat
      ? "{\"index\":0,\"delta\":{\"content\":\"\(word)\"},\"logprobs\":null,\"finish_reason\":\(reason)}"
      : "{\"index\":0,\"text\":\"\(word)\",\"logprobs\":null,\"finish_reason\":\(reason),\"stop_reason\":null}"
    return head + choice + tail
  }

  /// What comes after the last token.
  func closing(outputTokens: Int) -> String {
    guard request.includesUsage else { return "data: [DONE]\n\n" }
    let usage = ",\"usage\":\(usage(outputTokens).text())"
    return head + "]" + usage + "}\n\ndata: [DONE]\n\n"
  }

  private func usage(_ outputTokens: Int) -> JSONValue {
    [
      "prompt_tokens": JSONValue(request.promptTokens), "total_tokens": JSONValue(request.promptTokens + outputTokens),
      "completion_tokens": JSONValue(outputTokens),
    ]
  }

  /// The whole answer in one piece.
  func whole(outputTokens: Int, finish: Engine.FinishReason) -> JSONValue {
    let text = JSONValue.string((0..<outputTokens).map(Self.word).joined())
    var choice: JSONValue = ["index": 0, "logprobs": nil, "finish_reason": .string(finish.rawValue), "stop_reason": nil]
    if request.kind == .chat {
      choice["message"] = ["role": "assistant", "content": text]
    } else {
      choice["text"] = text
    }
    return [
      "id": .string(id), "object": .string(request.kind == .chat ? "chat.completion" : "text_completion"), "created": JSONValue(created),
      "model": .string(request.model), "choices": [choice], "usage": usage(outputTokens),
    ]
  }
}
