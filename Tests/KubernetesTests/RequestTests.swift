import JSON
import Kubernetes
import Testing

@Suite struct RequestTests {
  static let pods = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
  static let crds = ResourceType(
    group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false)
  static let key = ObjectKey(namespace: "team-a", name: "web")

  @Test("Requests are about the right path")
  func paths() {
    #expect(APIRequest.get(Self.pods, Self.key).target == "/api/v1/namespaces/team-a/pods/web")
    #expect(APIRequest.list(Self.pods).target == "/api/v1/pods?limit=500")
    #expect(
      APIRequest.list(Self.pods, Selection(namespace: "a", labels: "x in (1,2)"), limit: 2, continuing: "T=").target
        == "/api/v1/namespaces/a/pods?limit=2&continue=T%3D&labelSelector=x%20in%20%281%2C2%29")
    #expect(
      APIRequest.get(Self.crds, ObjectKey(namespace: nil, name: "a.b")).target
        == "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/a.b")
    #expect(APIRequest.objectPath(Self.pods, Self.key, subresource: "status") == "/api/v1/namespaces/team-a/pods/web/status")
  }

  @Test("Server-side apply names its manager and may be repeated")
  func apply() throws {
    let object = KubeObject(Self.pods, namespace: "team-a", name: "web")
    let request = APIRequest.apply(Self.pods, object, manager: "podium")
    #expect(request.method == .patch)
    #expect(request.target == "/api/v1/namespaces/team-a/pods/web?fieldManager=podium&force=true")
    #expect(request.contentType == "application/apply-patch+yaml")
    #expect(request.isIdempotent)
    #expect(try JSONValue(parsing: request.body ?? []) == object.json)
    #expect(APIRequest.applyStatus(Self.pods, object, manager: "m").path.hasSuffix("/web/status"))
  }

  @Test("Only what is safe to repeat says so")
  func idempotency() {
    let object = KubeObject(Self.pods, namespace: "n", name: "x")
    var read = object
    read[["metadata", "resourceVersion"]] = "5"
    #expect(!APIRequest.create(Self.pods, object).isIdempotent)
    #expect(!APIRequest.replace(Self.pods, object).isIdempotent)
    #expect(APIRequest.replace(Self.pods, read).isIdempotent)
    #expect(!APIRequest.delete(Self.pods, Self.key).isIdempotent)
    #expect(APIRequest.delete(Self.pods, Self.key, uid: "u").isIdempotent)
    #expect(!APIRequest.mergePatch(Self.pods, Self.key, [:]).isIdempotent)
    #expect(!APIRequest.jsonPatch(Self.pods, Self.key, []).isIdempotent)
  }

  @Test("A refusal is read with its causes and when to come back")
  func status() {
    let status = APIStatus(
      [
        "kind": "Status", "code": 422, "reason": "Invalid", "message": "no",
        "details": ["retryAfterSeconds": 3, "causes": [["field": "spec.x", "reason": "FieldValueInvalid", "message": "must be 1"]]],
      ], code: 400)
    #expect(status.isInvalid)
    #expect(status.causes.map(\.field) == ["spec.x"])
    #expect(status.causes.map(\.message) == ["must be 1"])
    #expect(status.retryAfter == .seconds(3))
    #expect(status.description == "422 Invalid: no")
    #expect(APIStatus(.null, code: 502).description == "502: the server answered with HTTP 502")
  }

  @Test(
    "Transient failures of repeatable requests are tried again, everything else is not",
    arguments: [
      (KubeError.status(APIStatus(code: 429, retryAfter: .seconds(2))), Duration.seconds(2) as Duration?),
      (.status(APIStatus(code: 429, retryAfter: .seconds(60))), nil),
      (.status(APIStatus(code: 500)), .milliseconds(200)), (.status(APIStatus(code: 503)), .milliseconds(200)),
      (.status(APIStatus(code: 409, reason: "Conflict")), nil), (.status(APIStatus(code: 410)), nil), (.status(APIStatus(code: 404)), nil),
      (.status(APIStatus(code: 422)), nil), (.transport("broken", isTransient: true), .milliseconds(200)),
      (.transport("certificate", isTransient: false), nil), (.cancelled, nil), (.decode("x"), nil),
    ])
  func retries(error: KubeError, delay: Duration?) {
    let get = APIRequest.get(Self.pods, Self.key)
    #expect(RetryPolicy.standard.delay(after: error, get, sent: 1, elapsed: .zero, random: 0) == delay)
    #expect(RetryPolicy.standard.delay(after: error, get, sent: 3, elapsed: .zero, random: 0) == nil)
    let create = APIRequest.create(Self.pods, KubeObject(Self.pods, name: "x"))
    #expect(RetryPolicy.standard.delay(after: error, create, sent: 1, elapsed: .zero, random: 0) == nil)
  }

  @Test(
    "Times are written as RFC 3339",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_252_796, "2026-11-21T09:19:56Z"),
      (-1, "1969-12-31T23:59:59Z"),
      (4_102_444_800, "2100-01-01T00:00:00Z"),
    ])
  func times(seconds: Int, text: String) {
    #expect(RFC3339.text(seconds: seconds) == text)
  }

  @Test("Microseconds keep their zeros")
  func microseconds() { #expect(RFC3339.text(seconds: 0, microseconds: 42) == "1970-01-01T00:00:00.000042Z") }
}

@Suite struct ContainsTests {
  @Test("An intent is contained when every leaf is there; what others add to objects does not matter, to lists it does")
  func contains() {
    let here: JSONValue = ["a": 1, "b": ["x": 1, "y": 2], "list": [["name": "p", "extra": 1]], "args": ["1", "2"]]
    #expect(here.contains(["b": ["y": 2]]))
    #expect(here.contains(["list": [["name": "p"]]]))
    #expect(!here.contains(["list": []]))
    #expect(!here.contains(["args": ["1"]]))
    #expect(!here.contains(["args": ["2", "1"]]))
    #expect(!here.contains(["a": 2]))
    #expect(!here.contains(["c": nil]))
  }

  @Test("Owner references and finalizers of others do not count as drift")
  func metadata() {
    let here = KubeObject([
      "metadata": ["name": "a", "finalizers": ["x", "y"], "ownerReferences": [["uid": "1"], ["uid": "2"]]], "spec": [:],
    ])
    #expect(here.contains(KubeObject(["metadata": ["name": "a", "finalizers": ["y"], "ownerReferences": [["uid": "2"]]]])))
    #expect(!here.contains(KubeObject(["metadata": ["name": "a", "finalizers": ["z"]]])))
    #expect(!here.contains(KubeObject(["metadata": ["name": "a", "labels": ["a": "b"]]])))
  }
}
