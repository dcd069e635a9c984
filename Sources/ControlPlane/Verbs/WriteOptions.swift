/// What every write may be asked for.
struct WriteOptions: Sendable {
  enum FieldValidation: String, Sendable {
    case ignore = "Ignore"
    case warn = "Warn"
    case strict = "Strict"
  }

  let isDryRun: Bool
  let manager: String
  let fieldValidation: FieldValidation
  let forcesApply: Bool

  init(_ call: Call) throws {
    isDryRun = try call.isDryRun()
    let named = call.query["fieldManager"] ?? ""
    guard named.utf8.count <= 128 else { throw APIError.badRequest("fieldManager must be at most 128 bytes") }
    // As the real server: the program's name, the part of the User-Agent before the first slash.
    let agent = String(call.request.userAgent.prefix { $0 != "/" })
    manager = !named.isEmpty ? named : agent.isEmpty ? "unknown" : String(agent.prefix(128))
    let text = call.query["fieldValidation"] ?? ""
    guard let validation = text.isEmpty ? .warn : FieldValidation(rawValue: text) else {
      throw APIError.badRequest("fieldValidation must be Ignore, Warn or Strict, not \"\(text)\"")
    }
    fieldValidation = validation
    forcesApply = call.query.flag("force")
  }
}
