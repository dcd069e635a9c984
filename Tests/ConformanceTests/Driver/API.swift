import JSON
import TestKit

/// The HTTP API as curl sees it: nothing between a test and the bytes but a program everybody trusts.
struct API: Sendable {
  let server: String
  /// Credentials, as curl takes them.
  let options: [String]

  struct Reply: Sendable {
    let request: String
    let status: Int
    let text: String

    /// The body; null when it is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
    var reason: String? { json["reason"]?.string }
    var message: String { json["message"]?.string ?? "" }
    var resourceVersion: String { json[["metadata", "resourceVersion"]]?.string ?? "" }
    var items: [JSONValue] { json["items"]?.array ?? [] }
    var names: [String] { items.compactMap { $0[["metadata", "name"]]?.string } }

    /// The reply itself when it has one of these statuses; otherwise an error that shows it.
    @discardableResult
    func must(_ statuses: Int...) throws -> Reply {
      guard statuses.contains(status) else { throw TestKitError("\(request) gave \(status), not \(statuses): \(text.prefix(1500))") }
      return self
    }
  }

  enum ContentType: String {
    case json = "application/json"
    case jsonPatch = "application/json-patch+json"
    case mergePatch = "application/merge-patch+json"
    case strategicMergePatch = "application/strategic-merge-patch+json"
    case applyPatch = "application/apply-patch+yaml"
    case yaml = "application/yaml"
  }

  static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"

  func send(_ method: String, _ path: String, body: String? = nil, _ type: ContentType = .json, accept: String = "application/json")
    async throws -> Reply
  {
    var arguments = ["-sS", "--noproxy", "*", "-X", method, "-H", "Accept: \(accept)", "-w", "\n%{http_code}"] + options
    if body != nil { arguments += ["-H", "Content-Type: \(type.rawValue)", "--data-binary", "@-"] }
    let result = try await Command.run("curl", arguments + ["--", server + path], input: body, timeout: .seconds(90)).checked()
    guard let line = result.output.lastIndex(of: "\n"), let status = Int(result.output[line...].dropFirst()) else {
      throw TestKitError("curl printed no status: \(result.output)")
    }
    return Reply(request: "\(method) \(path)", status: status, text: String(result.output[..<line]))
  }

  func get(_ path: String, accept: String = "application/json") async throws -> Reply { try await send("GET", path, accept: accept) }
  func post(_ path: String, _ body: JSONValue) async throws -> Reply { try await send("POST", path, body: body.text()) }
  func put(_ path: String, _ body: JSONValue) async throws -> Reply { try await send("PUT", path, body: body.text()) }
  func delete(_ path: String, _ options: JSONValue? = nil) async throws -> Reply { try await send("DELETE", path, body: options?.text()) }
  func patch(_ path: String, _ type: ContentType, _ body: JSONValue) async throws -> Reply {
    try await send("PATCH", path, body: body.text(), type)
  }

  /// Server-side apply.
  func apply(_ path: String, manager: String, force: Bool = false, _ body: JSONValue) async throws -> Reply {
    try await patch("\(path)?fieldManager=\(manager)\(force ? "&force=true" : "")", .applyPatch, body)
  }

  /// Opens a watch; it ends with the value.
  func watch(_ path: String, _ query: String) throws -> Watch {
    let arguments = ["-sS", "-N", "--noproxy", "*", "-H", "Accept: application/json"] + options
    return Watch(child: try ChildProcess("curl", arguments + ["--", "\(server)\(path)?watch=true&\(query)"]))
  }
}

/// The events of a watch, as they come.
struct Watch: Sendable {
  let child: ChildProcess

  struct Event: Sendable {
    let type: String
    let object: JSONValue
    var name: String { object[["metadata", "name"]]?.string ?? "" }
    /// `ADDED a`
    var summary: String { "\(type) \(name)" }
  }

  /// Those received until now; half a line is not yet one.
  var events: [Event] {
    let text = child.output
    guard let end = text.lastIndex(of: "\n") else { return [] }
    return text[..<end].split(separator: "\n").compactMap { line in
      guard let json = try? JSONValue(parsing: String(line)), let type = json["type"]?.string else { return nil }
      return Event(type: type, object: json["object"] ?? .null)
    }
  }

  /// Waits until there are so many events that are no bookmarks.
  func first(_ count: Int, within limit: Duration = .seconds(60)) async throws -> [Event] {
    try await eventually("\(count) events; there are \(events.map(\.summary)) in \(child.output.prefix(500))", within: limit) {
      let found = events.filter { $0.type != "BOOKMARK" }
      return found.count >= count ? Array(found.prefix(count)) : nil
    }
  }
}
