import JSON

// Paths outside of /api and /apis.
extension Handler {
  /// Kubernetes' release whose API this speaks. Build metadata, so that version constraints of charts still hold.
  static let gitVersion = "v1.33.0+podium-for-development-and-tests-only"
  static let developmentWarning =
    "this is podium's embedded control plane: it is for development and tests only, it checks no credentials and runs no workloads"

  func wellKnown(_ request: ServerRequest) throws -> ServerReply {
    switch request.path.joined(separator: "/") {
    case "readyz", "livez", "healthz": return health(request)
    case "readyz/ping", "livez/ping", "healthz/ping": return .text("ok")
    case "version": return version()
    case "metrics": return metrics()
    case "":
      return .json(["paths": ["/api", "/apis", "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]])
    default: throw APIError.noSuchResource
    }
  }

  private func health(_ request: ServerRequest) -> ServerReply {
    let name = request.path.first ?? ""
    return .text(request.query["verbose"] == nil ? "ok" : "[+]ping ok\n[+]storage ok\n\(name) check passed\n")
  }

  private func version() -> ServerReply {
    .json(
      [
        "major": "1", "minor": "33", "gitVersion": .string(Self.gitVersion), "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "none: Swift", "compiler": "swift", "platform": "linux/amd64",
      ], warnings: [Self.developmentWarning])
  }

  /// Prometheus text format.
  private func metrics() -> ServerReply {
    var lines = ["# TYPE podium_controlplane_requests_total counter"]
    for entry in counters.all {
      lines.append("podium_controlplane_requests_total{verb=\"\(entry.method)\",code=\"\(entry.code)\"} \(entry.count)")
    }
    lines.append("# TYPE podium_controlplane_objects gauge")
    for (collection, count) in store.counts().sorted(by: { $0.0.description < $1.0.description }) {
      lines.append("podium_controlplane_objects{resource=\"\(collection)\"} \(count)")
    }
    lines += ["# TYPE podium_controlplane_watches gauge", "podium_controlplane_watches \(store.subscriberCount)"]
    lines += ["# TYPE podium_controlplane_resource_version counter", "podium_controlplane_resource_version \(store.version)"]
    return .whole(
      ServerReply.Whole(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array((lines.joined(separator: "\n") + "\n").utf8)))
  }
}
