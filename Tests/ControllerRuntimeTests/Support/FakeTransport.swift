import ControllerRuntime
import JSON
import Kubernetes
import Synchronization

/// A transport whose answers a closure gives; it remembers what was asked.
final class FakeTransport: Transport {
  enum Reply: Sendable {
    case json(JSONValue, status: Int = 200, retryAfter: Duration? = nil)
    case bytes(String, status: Int = 200)
    case failure(TransportError)
    /// A watch that the test feeds.
    case stream(FakeStream)
    /// Never answers.
    case silence
  }
  typealias Answer = @Sendable (APIRequest) -> Reply

  private let log = Mutex<[APIRequest]>([])
  private let answer: Mutex<Answer>

  init(_ answer: @escaping Answer) { self.answer = Mutex(answer) }

  var requests: [APIRequest] { log.withLock { $0 } }
  func count(_ matches: (APIRequest) -> Bool) -> Int { requests.count(where: matches) }
  /// From now on answers differently.
  func become(_ answer: @escaping Answer) { self.answer.withLock { $0 = answer } }

  private func reply(_ request: APIRequest) -> Reply {
    log.withLock { $0.append(request) }
    return answer.withLock { $0 }(request)
  }

  func send(_ request: APIRequest) async throws -> APIResponse {
    try Task.checkCancellation()
    switch reply(request) {
    case .json(let json, let status, let retryAfter):
      return APIResponse(head: APIResponseHead(status: status, retryAfter: retryAfter), body: json.bytes())
    case .bytes(let text, let status): return APIResponse(head: APIResponseHead(status: status), body: Array(text.utf8))
    case .failure(let error): throw error
    case .stream, .silence:
      try await Task.sleep(for: .seconds(3600))
      throw TransportError(.timeout, "no answer")
    }
  }

  func stream<Result: Sendable>(
    _ request: APIRequest, _ body: (APIResponseHead, any ByteSource) async throws -> Result
  ) async throws -> Result {
    try Task.checkCancellation()
    let source: FakeStream
    var head = APIResponseHead(status: 200)
    switch reply(request) {
    case .json(let json, let status, let retryAfter):
      head = APIResponseHead(status: status, retryAfter: retryAfter)
      source = FakeStream()
      source.send(json.bytes())
      source.end()
    case .bytes(let text, let status):
      head = APIResponseHead(status: status)
      source = FakeStream()
      source.send(text)
      source.end()
    case .failure(let error): throw error
    case .stream(let stream): source = stream
    case .silence: source = FakeStream()
    }
    return try await body(head, source)
  }
}

extension JSONValue {
  static func status(_ code: Int, _ reason: String, _ message: String = "no") -> JSONValue {
    [
      "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": JSONValue(code), "reason": .string(reason),
      "message": .string(message),
    ]
  }
}

/// The type that the tests of this target are about, and its objects.
enum Widget {
  static let type = ResourceType(group: "podium.test", version: "v1", kind: "Widget", plural: "widgets")

  static func object(_ name: String, version: String = "1", spec: JSONValue = [:]) -> KubeObject {
    var object = KubeObject(type, namespace: "n", name: name)
    object[["metadata", "resourceVersion"]] = .string(version)
    object[["metadata", "uid"]] = .string("uid-\(name)")
    object["spec"] = spec
    return object
  }

  static func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "n", name: name) }

  static func list(_ objects: [KubeObject], version: String, token: String? = nil) -> JSONValue {
    var metadata: JSONValue = ["resourceVersion": .string(version)]
    if let token { metadata["continue"] = .string(token) }
    return ["kind": "WidgetList", "metadata": metadata, "items": .array(objects.map(\.json))]
  }

  static func line(_ type: String, _ object: KubeObject) -> String {
    JSONValue.object(["type": .string(type), "object": object.json]).text() + "\n"
  }
}

extension Informer.Options {
  /// Quick, so that failures are over soon.
  static let quick = Informer.Options(
    resyncPeriod: nil, discoveryPeriod: .milliseconds(10), backoff: Backoff(base: .milliseconds(1), maximum: .milliseconds(10)))
}
