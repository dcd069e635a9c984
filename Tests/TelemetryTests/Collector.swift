import Foundation
import JSON
import TestKit

/// An OpenTelemetry collector that is not ours: Python, with OpenTelemetry's own messages. It prints what it understood, a line a span.
struct Collector {
  private let child: ChildProcess
  let port: Int

  var url: String { "http://127.0.0.1:\(port)" }

  /// `nil` where the Python packages are missing.
  /// - Parameter script: What to answer to the first posts, in order: statuses, `503:1` with a `Retry-After` of a second, `partial`
  ///   for a success that keeps all spans but one, `hang` for no answer at all. Afterwards everything is taken.
  static func start(_ script: String = "") async throws -> Collector? {
    guard let python = Tools.telemetryPython else {
      print("skipped: there is no opentelemetry-proto for Python; hack/setup test installs it")
      return nil
    }
    let child = try ChildProcess(python, ["-u", "-c", source, script], input: .open)
    let port = try await eventually("the collector listens") {
      if let status = child.exitStatus() { throw TestKitError("the collector ended with \(status): \(child.errors)") }
      return child.output.split(separator: "\n").first.flatMap { Int($0) }
    }
    return Collector(child: child, port: port)
  }

  /// Everything it has understood so far, one object for each span; `resource`, `scope` and `headers` are in each.
  var spans: [JSONValue] {
    let lines = child.output.split(separator: "\n").dropFirst().filter { $0.hasPrefix("{") }
    return lines.compactMap { try? JSONValue(parsing: Array($0.utf8)) }
  }

  /// How often it was posted to.
  var posts: Int { child.output.split(separator: "\n").count { $0.hasPrefix("post") } }

  func stop() async throws { child.kill() }

  private static let source = """
    import json, sys, threading, time, os
    from google.protobuf.unknown_fields import UnknownFieldSet
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
    from opentelemetry.proto.trace.v1 import trace_pb2 as trace

    script = [word for word in sys.argv[1].split(",") if word]

    def value(any):
        kind = any.WhichOneof("value")
        assert kind is not None
        return getattr(any, kind)

    def attributes(pairs):
        names = [pair.key for pair in pairs]
        assert len(names) == len(set(names)), names
        return {pair.key: value(pair.value) for pair in pairs}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            word = script.pop(0) if script else "200"
            print("post", word, flush=True)
            if word == "hang":
                time.sleep(3600)
            answer = service.ExportTraceServiceResponse()
            if word == "partial":
                answer.partial_success.rejected_spans = 1
                answer.partial_success.error_message = "too many"
            status = 200 if word == "partial" else int(word.split(":")[0])
            if status == 200:
                self.take(body)
            data = answer.SerializeToString()
            self.send_response(status)
            if ":" in word:
                self.send_header("retry-after", word.split(":")[1])
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def take(self, body):
            assert self.path == "/v1/traces" and self.headers["content-type"] == "application/x-protobuf", self.path
            request = service.ExportTraceServiceRequest()
            assert request.ParseFromString(body) == len(body)
            assert request.SerializeToString() == body, "not the canonical encoding"
            lines = []
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        assert len(UnknownFieldSet(span)) == 0, "a field that no span has"
                        lines.append(json.dumps({
                            "resource": attributes(resource.resource.attributes), "scope": scope.scope.name,
                            "token": self.headers.get("x-token"), "trace": span.trace_id.hex(), "id": span.span_id.hex(),
                            "parent": span.parent_span_id.hex(), "state": span.trace_state, "name": span.name,
                            "kind": trace.Span.SpanKind.Name(span.kind), "start": span.start_time_unix_nano,
                            "end": span.end_time_unix_nano, "age": time.time() - span.end_time_unix_nano / 1e9,
                            "attributes": attributes(span.attributes), "status": trace.Status.StatusCode.Name(span.status.code),
                            "message": span.status.message, "flags": span.flags}))
            for line in lines:
                print(line, flush=True)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
    """
}
