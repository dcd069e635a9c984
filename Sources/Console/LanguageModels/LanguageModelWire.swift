import Intent
import JSON

/// The two dialects: what is sent, and where in the answer the model's text is.
enum LanguageModelWire {
  /// Enough for the schema with its quotations; a model that rambles is cut off.
  private static let maximumTokens = 2000

  static func request(_ api: LanguageModelEndpoint.API, model: String, text: String) -> JSONValue {
    let messages: JSONValue = [
      ["role": "system", "content": .string(ModelTask.instructions)], ["role": "user", "content": .string("The text:\n\(text)")],
    ]
    switch api {
    case .openAI:
      return [
        "model": .string(model), "messages": messages, "temperature": 0, "max_tokens": JSONValue(maximumTokens), "stream": false,
        "response_format": [
          "type": "json_schema", "json_schema": ["name": "specification", "strict": true, "schema": ModelTask.schema],
        ],
      ]
    case .ollama:
      return [
        "model": .string(model), "messages": messages, "stream": false, "format": ModelTask.schema,
        "options": ["temperature": 0, "num_predict": JSONValue(maximumTokens)],
      ]
    }
  }

  static func content(of answer: JSONValue, _ api: LanguageModelEndpoint.API) throws(LanguageModelProblem) -> JSONValue {
    let content = api == .openAI ? answer["choices"]?[0]?["message"]?["content"]?.string : answer["message"]?["content"]?.string
    guard let content else { throw LanguageModelProblem("gave an answer without a text") }
    do {
      let json = try JSONValue(parsing: Array(unfenced(content).utf8))
      guard json.object != nil else { throw LanguageModelProblem("wrote JSON that is no object") }
      return json
    } catch let problem as LanguageModelProblem {
      throw problem
    } catch {
      throw LanguageModelProblem("wrote a text that is no JSON")
    }
  }

  /// Without the fence that models like to put around JSON.
  private static func unfenced(_ text: String) -> Substring {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    guard rest.hasPrefix("```"), rest.hasSuffix("```"), rest.count > 6 else { return rest }
    rest = rest.dropLast(3)
    return rest.drop { $0 != "\n" }
  }
}
