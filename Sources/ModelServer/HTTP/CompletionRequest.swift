import JSON

/// A request for a completion or a chat completion, as far as it matters to who only plays the model.
struct CompletionRequest {
  enum Kind {
    case chat, text
  }

  let kind: Kind
  let model: String
  let isStream: Bool
  let includesUsage: Bool
  let promptTokens: Int
  /// The longest answer that is wanted; `nil` when the request leaves that open.
  let maximumTokens: Int?
  /// vLLM's extension: the lower goes first, where the server schedules by priority.
  let priority: Int

  init(_ kind: Kind, body: [UInt8]) throws(APIError) {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: body)
    } catch {
      throw .badRequest("The body is not JSON: \(error)")
    }
    guard json.object != nil else { throw .badRequest("The body must be a JSON object.") }
    guard let model = json["model"]?.string else { throw .badRequest("Field required: model", parameter: "model") }
    self.kind = kind
    self.model = model
    isStream = json["stream"]?.bool ?? false
    includesUsage = json["stream_options"]?["include_usage"]?.bool ?? false
    if let options = json["stream_options"], !options.isNull, !isStream {
      throw .badRequest("Stream options can only be defined when `stream=True`.", parameter: "stream_options")
    }
    promptTokens = try kind == .chat ? Self.chatTokens(json) : Self.textTokens(json)
    maximumTokens = try Self.maximumTokens(json)
    priority = json["priority"]?.int ?? 0
    try Self.checkSampling(json)
  }

  private static func maximumTokens(_ json: JSONValue) throws(APIError) -> Int? {
    for name in ["max_completion_tokens", "max_tokens"] {
      guard let value = json[name], !value.isNull else { continue }
      guard let tokens = value.int else { throw .badRequest("\(name) must be an integer, got \(value.text()).", parameter: name) }
      guard tokens >= 1 else { throw .badRequest("\(name) must be at least 1, got \(tokens).", parameter: name) }
      return tokens
    }
    return nil
  }

  private static func checkSampling(_ json: JSONValue) throws(APIError) {
    if let n = json["n"], !n.isNull, n.int != 1 { throw .badRequest("n must be 1 in the simulator, got \(n.text()).", parameter: "n") }
    func check(_ name: String, _ range: ClosedRange<Double>, _ words: String) throws(APIError) {
      guard let value = json[name], !value.isNull else { return }
      guard let number = value.double, range.contains(number) else {
        throw .badRequest("\(name) must be \(words), got \(value.text()).", parameter: name)
      }
    }
    try check("temperature", 0...1e9, "non-negative")
    try check("top_p", 1e-12...1, "in (0, 1]")
    try check("presence_penalty", -2...2, "in [-2, 2]")
    try check("frequency_penalty", -2...2, "in [-2, 2]")
  }
}

// MARK: Prompt length

extension CompletionRequest {
  /// About four bytes of text make a token, in English as in code; at least one.
  private static func tokens(inText text: String) -> Int { max(1, (text.utf8.count + 3) / 4) }

  /// The roles and separators that a chat template adds to each message.
  private static let templateTokens = 4

  private static func chatTokens(_ json: JSONValue) throws(APIError) -> Int {
    guard let messages = json["messages"]?.array else { throw .badRequest("Field required: messages", parameter: "messages") }
    guard !messages.isEmpty else { throw .badRequest("messages must not be empty.", parameter: "messages") }
    var total = 0
    for message in messages {
      guard message["role"]?.string != nil else { throw .badRequest("Each message needs a role.", parameter: "messages") }
      total += templateTokens
      if let text = message["content"]?.string { total += tokens(inText: text) }
      for part in message["content"]?.array ?? [] { total += part["text"]?.string.map(tokens) ?? 0 }
    }
    return total
  }

  /// A prompt is a text, a list of token numbers, or a list of one text.
  private static func textTokens(_ json: JSONValue) throws(APIError) -> Int {
    guard let prompt = json["prompt"], !prompt.isNull else { throw .badRequest("Field required: prompt", parameter: "prompt") }
    if let text = prompt.string { return tokens(inText: text) }
    guard let elements = prompt.array, !elements.isEmpty else {
      throw .badRequest("prompt must be a text or a list of tokens.", parameter: "prompt")
    }
    if elements.count == 1, let text = elements[0].string { return tokens(inText: text) }
    guard elements.allSatisfy({ $0.int != nil }) else {
      throw .badRequest("prompt must be one text or one list of tokens in the simulator.", parameter: "prompt")
    }
    return elements.count
  }
}
