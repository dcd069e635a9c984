import Intent
import JSON

/// One method of one path: what it takes, what it answers, and how. The router, the checks and the OpenAPI document read the same value.
package struct Operation: Sendable {
  /// A parameter of the query.
  package struct Parameter: Sendable {
    package var name: String
    package var shape: Shape
    package var summary: String
    package var initial: JSONValue?

    package init(_ name: String, _ shape: Shape, _ summary: String, initial: JSONValue? = nil) {
      self.name = name
      self.shape = shape
      self.summary = summary
      self.initial = initial
    }
  }

  package typealias Handler = @Sendable (ConsoleCall) async throws -> JSONValue

  package var method: String
  package var path: String
  /// Unique, for generators of clients.
  package var id: String
  package var summary: String
  package var parameters: [Parameter]
  package var body: Shape?
  package var example: JSONValue?
  package var answer: Shape
  /// Statuses of errors that this operation may answer beside those of every one.
  package var problems: [ConsoleProblem.Kind]
  package var handler: Handler

  package init(
    get path: String, id: String, _ summary: String, parameters: [Parameter] = [], answer: Shape, problems: [ConsoleProblem.Kind] = [],
    handler: @escaping Handler
  ) {
    (method, self.path, self.id, self.summary) = ("GET", path, id, summary)
    (self.parameters, body, example, self.answer) = (parameters, nil, nil, answer)
    self.problems = (parameters.isEmpty ? [] : [.invalidRequest]) + problems
    self.handler = handler
  }

  package init(
    post path: String, id: String, _ summary: String, parameters: [Parameter] = [], body: Shape, example: JSONValue, answer: Shape,
    problems: [ConsoleProblem.Kind] = [], handler: @escaping Handler
  ) {
    (method, self.path, self.id, self.summary) = ("POST", path, id, summary)
    (self.parameters, self.body, self.example, self.answer) = (parameters, body, example, answer)
    self.problems = [.invalidRequest, .unsupportedMediaType] + problems
    self.handler = handler
  }
}

/// A request that has the shape its operation asks for.
package struct ConsoleCall: Sendable {
  /// Parameters of the query, as their shapes say.
  package let parameters: [String: JSONValue]
  /// `null` where the operation takes none.
  package let body: JSONValue

  package func int(_ name: String) -> Int? { parameters[name]?.int }
  package func bool(_ name: String) -> Bool? { parameters[name]?.bool }
  package func string(_ name: String) -> String? { parameters[name]?.string }
}

extension Operation {
  /// Reads and checks what came. Throws ``ConsoleProblem`` with everything that is wrong.
  package func call(_ request: ConsoleRequest) throws(ConsoleProblem) -> ConsoleCall {
    let parameters = try read(request.query)
    guard let shape = body else { return ConsoleCall(parameters: parameters, body: .null) }
    let media = (request.contentType ?? "").split(separator: ";").first.map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
    // Anything else could be sent by a page in a browser without asking.
    guard media == "application/json" else {
      throw ConsoleProblem(.unsupportedMediaType, "Send the body as JSON, with the header Content-Type: application/json.")
    }
    let json: JSONValue
    do {
      json = try JSONParser.parse(request.body.span, refusingDuplicates: true)
    } catch {
      throw .invalid([ShapeProblem("", "the body is no JSON: line \(error.line), column \(error.column): \(error.reason)")])
    }
    let problems = shape.problems(in: json)
    guard problems.isEmpty else { throw .invalid(problems) }
    return ConsoleCall(parameters: parameters, body: json)
  }

  private func read(_ query: [(name: String, value: String)]) throws(ConsoleProblem) -> [String: JSONValue] {
    var values: [String: JSONValue] = [:]
    var problems: [ShapeProblem] = []
    for (name, text) in query.prefix(100) {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        let known = parameters.map(\.name).joined(separator: ", ")
        problems.append(
          ShapeProblem(
            String(name.prefix(64)), known.isEmpty ? "there are no parameters here" : "is not known; the parameters are \(known)"))
        continue
      }
      guard values[name] == nil else {
        problems.append(ShapeProblem(name, "is given twice"))
        continue
      }
      let value = parameter.value(text)
      problems += parameter.shape.problems(in: value, at: name)
      values[name] = value
    }
    guard problems.isEmpty else { throw .invalid(Array(problems.prefix(Shape.maximumProblems))) }
    for parameter in parameters where values[parameter.name] == nil { values[parameter.name] = parameter.initial }
    return values
  }
}

extension Operation.Parameter {
  /// A number where one is expected and the text is one, written as JSON writes it; text otherwise.
  fileprivate func value(_ text: String) -> JSONValue {
    switch shape {
    case .integer, .number:
      guard let value = try? JSONValue(parsing: Array(text.utf8)), value.double != nil else { return .string(text) }
      return value
    case .boolean: return text == "true" ? true : text == "false" ? false : .string(text)
    default: return .string(text)
    }
  }
}
