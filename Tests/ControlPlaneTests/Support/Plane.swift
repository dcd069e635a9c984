import Foundation
import JSON
import Kubernetes
import Logging
import Synchronization
import TestKit

@testable import ControlPlane

/// A control plane under test, asked without sockets; its controllers run while `running` lasts.
struct Plane: Sendable {
  let plane: EmbeddedControlPlane
  let clock: ManualClock

  init(_ change: (inout ControlPlaneConfiguration) -> Void = { _ in }) throws {
    let clock = ManualClock()
    var configuration = ControlPlaneConfiguration()
    configuration.clock = WallClock { clock.now }
    configuration.bookmarkInterval = .milliseconds(20)
    change(&configuration)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    self.clock = clock
    plane = try EmbeddedControlPlane(configuration, logger: logger)
  }

  /// A plane whose controllers and HTTP server run until `body` returns.
  static func running<Result: Sendable>(
    _ change: (inout ControlPlaneConfiguration) -> Void = { _ in }, _ body: @escaping @Sendable (Plane) async throws -> Result
  ) async throws -> Result {
    let plane = try Plane(change)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await plane.plane.run()
        return nil
      }
      defer { group.cancelAll() }
      _ = try await plane.plane.port
      let result = try await body(plane)
      return result
    }
  }

  struct Answer: Sendable {
    let code: Int
    let json: JSONValue
    let headers: [(String, String)]

    var reason: String { json["reason"]?.string ?? "" }
    var message: String { json["message"]?.string ?? "" }
    var object: KubeObject { KubeObject(json) }
    var warnings: [String] { headers.filter { $0.0 == "Warning" }.map(\.1) }
  }

  func ask(
    _ method: ServerRequest.Method, _ target: String, _ body: JSONValue? = nil, type: String = "application/json", accept: String = ""
  ) throws -> Answer {
    let request = ServerRequest(
      method: method, target: target, accept: accept, contentType: body == nil ? "" : type, userAgent: "tests/1", body: body?.bytes() ?? [])
    guard case .whole(let reply) = plane.handle(request) else { throw TestKitError("\(target) is a watch") }
    let isJSON = reply.contentType.hasPrefix("application/json")
    let json = isJSON ? try JSONValue(parsing: reply.body) : .string(String(decoding: reply.body, as: UTF8.self))
    return Answer(code: reply.code, json: json, headers: reply.headers)
  }

  /// Subscribes at once; the lines come while the result is alive.
  func watch(_ target: String, accept: String = "") throws -> WatchLines {
    guard case .watch(let stream) = plane.handle(ServerRequest(method: .get, target: target, accept: accept)) else {
      throw TestKitError("\(target) is no watch")
    }
    return WatchLines(stream)
  }
}

/// The time of day of a test: it moves when the test says so.
final class ManualClock: Sendable {
  private let time = Mutex(ControlPlane.Timestamp(seconds: 1_790_000_000))

  var now: ControlPlane.Timestamp { time.withLock { $0 } }
  func advance(_ duration: Duration) { time.withLock { $0 = $0.adding(duration) } }
}

/// The lines of a watch, as they come.
final class WatchLines: Sendable {
  private final class Received: Sendable {
    let lines = Mutex<[JSONValue]>([])
    let isOver = Mutex(false)
  }

  private let received = Received()
  private let stream: WatchStream

  init(_ stream: WatchStream) {
    self.stream = stream
    Task { [received] in
      defer { received.isOver.withLock { $0 = true } }
      try await stream.run { bytes in
        for line in bytes.split(separator: 0x0A) {
          let value = try JSONValue(parsing: line)
          received.lines.withLock { $0.append(value) }
        }
      }
    }
  }

  deinit { stream.end() }

  var lines: [JSONValue] { received.lines.withLock { $0 } }
  var hasEnded: Bool { received.isOver.withLock { $0 } }
  /// `TYPE name` of every event but bookmarks.
  var events: [String] {
    lines.filter { $0["type"] != "BOOKMARK" }.map { "\($0["type"]?.string ?? "") \($0[["object", "metadata", "name"]]?.string ?? "")" }
  }
  var bookmarks: [JSONValue] { lines.filter { $0["type"] == "BOOKMARK" } }
}

/// Waits until a condition holds; a failure says what was awaited.
func until(_ what: String, _ condition: () throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(60)
  while try !condition() {
    guard ContinuousClock.now < deadline else { throw TestKitError("waited 60 s in vain until \(what)") }
    try await Task.sleep(for: .milliseconds(2))
  }
}
