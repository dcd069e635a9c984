import ArgumentParser
import Events
import Foundation
import JSON
import RecordStore
import RedisClient

/// What stands behind `/api/v1/ai`, beside the models themselves.
struct OrchestrationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keys of providers: a file {\"https://api.example.com/v1\": \"KEY\"}, by the URL that the models' file names.", valueName: "file"))
  var modelKeys: String?
  @Option(
    help: ArgumentHelp(
      "Where pools of the data plane are asked, such as http://127.0.0.1:8080/v1: a model at `pool: NAME` is asked there.", valueName: "url"
    ))
  var gateway: String?
  @Option(
    help: ArgumentHelp(
      """
      Where records of requests are kept: postgres://USER@HOST:PORT/DATABASE or the path of an SQLite file. Default: PODIUM_STORE, else \
      this user's own file.
      """, valueName: "where"))
  var store: String?
  @Option(help: ArgumentHelp("How many days records are kept.", valueName: "days")) var keepDays = 30
  @Option(
    help: ArgumentHelp(
      "Where events are published and heard: redis://HOST:PORT/DATABASE, the password in PODIUM_REDIS_PASSWORD or the URL.",
      valueName: "url"))
  var redis: String?
  @Option(help: ArgumentHelp("What stands before the names of channels, such as podium:.", valueName: "text")) var redisPrefix = ""
  @Option(
    help: ArgumentHelp(
      "Webhooks: a file [{\"name\": …, \"url\": \"https://…\", \"secret\": \"whsec_…\", \"events\": [\"model.failed\"]}].",
      valueName: "file"))
  var webhooks: String?

  func validate() throws {
    guard (1...3650).contains(keepDays) else { throw ValidationError("--keep-days: write 1 to 3650") }
    if let gateway {
      guard let url = URLComponents(string: gateway), ["http", "https"].contains(url.scheme ?? ""), url.host?.isEmpty == false else {
        throw ValidationError("--gateway: write http://HOST:PORT/v1")
      }
    }
  }

  func recordLocation() throws -> RecordLocation {
    let environment = ProcessInfo.processInfo.environment
    let folder =
      environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.local/share" } ?? NSTemporaryDirectory()
    do {
      return try RecordLocation(store ?? environment["PODIUM_STORE"] ?? "\(folder)/podium/records.sqlite")
    } catch {
      throw ValidationError("--store: \(error)")
    }
  }

  /// A file beside this user's other ones: what waits for PostgreSQL or a webhook.
  func waitingFile(_ name: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    let folder =
      environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.local/state" } ?? NSTemporaryDirectory()
    return "\(folder)/podium/\(name)"
  }

  func redisAddress() throws -> RedisAddress? {
    guard var text = redis else { return nil }
    if let password = ProcessInfo.processInfo.environment["PODIUM_REDIS_PASSWORD"], var parts = URLComponents(string: text),
      parts.password == nil
    {
      parts.password = password
      if parts.user == nil { parts.user = "" }
      text = parts.string ?? text
    }
    do {
      return try RedisAddress(text)
    } catch {
      throw ValidationError("--redis: \(error)")
    }
  }

  /// By URL, without a slash at its end.
  func keys() throws -> [String: String] {
    guard let path = modelKeys else { return [:] }
    guard let object = try Self.json(path, "--model-keys").object else {
      throw ValidationError("--model-keys: \(path) must hold an object of URLs and keys")
    }
    var keys: [String: String] = [:]
    for member in object {
      guard let key = member.value.string, !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw ValidationError("--model-keys: \(path): the key of \(member.key) must be printable ASCII without spaces")
      }
      keys[Self.trimmed(member.key)] = key
    }
    return keys
  }

  func endpoints() throws -> [WebhookEndpoint] {
    guard let path = webhooks else { return [] }
    guard let list = try Self.json(path, "--webhooks").array else { throw ValidationError("--webhooks: \(path) must hold a list") }
    var endpoints: [WebhookEndpoint] = []
    for (index, item) in list.enumerated() {
      let known = ["name", "url", "secret", "events"]
      if let unknown = item.object?.first(where: { !known.contains($0.key) })?.key {
        throw ValidationError("--webhooks: \(path)[\(index)].\(unknown) is not known; there are \(known.joined(separator: ", "))")
      }
      do {
        endpoints.append(
          try WebhookEndpoint(
            name: item["name"]?.string ?? "", url: item["url"]?.string ?? "", secret: item["secret"]?.string ?? "",
            events: Set((item["events"]?.array ?? []).map { $0.string ?? "" })))
      } catch {
        throw ValidationError("--webhooks: \(path)[\(index)].\(error)")
      }
    }
    guard Set(endpoints.map(\.name)).count == endpoints.count else { throw ValidationError("--webhooks: \(path): two have one name") }
    return endpoints
  }

  static func trimmed(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }

  /// Errors name the file and never what it holds.
  private static func json(_ path: String, _ option: String) throws -> JSONValue {
    let bytes = try UserFile.read(path, option: option, limit: 1 << 20)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw ValidationError("\(option): \(path) is no JSON")
    }
  }
}
