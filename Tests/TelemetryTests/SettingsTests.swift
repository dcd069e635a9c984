import DataPlane
import Telemetry
import Testing

@Suite struct `Settings of traces` {
  private static func find(_ environment: [String: String], flag: String? = nil, file: TracingFile? = nil) throws -> TracingSettings? {
    try TracingSettings.find(endpoint: flag, file: file, environment: environment)
  }

  @Test func `are none unless somebody says where traces go`() throws {
    #expect(try Self.find([:]) == nil && Self.find(["OTEL_SERVICE_NAME": "x", "OTEL_EXPORTER_OTLP_ENDPOINT": ""]) == nil)
    let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"]
    #expect(try Self.find(endpoint)?.endpoint == "http://c:4318/v1/traces")
    #expect(try Self.find(endpoint.merging(["OTEL_SDK_DISABLED": "true"]) { $1 }) == nil)
    #expect(try Self.find(endpoint.merging(["OTEL_TRACES_EXPORTER": "none"]) { $1 }) == nil)
  }

  @Test func `of a flag come before those of the file, and these before the environment's`() throws {
    let environment = [
      "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://env/exact", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://never",
      "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25", "OTEL_EXPORTER_OTLP_HEADERS": "a=1, b=x%3Dy",
      "OTEL_EXPORTER_OTLP_TIMEOUT": "1500",
    ]
    let fromEnvironment = try #require(try Self.find(environment))
    #expect(fromEnvironment.endpoint == "https://env/exact" && fromEnvironment.timeout == .milliseconds(1500))
    #expect(fromEnvironment.sampler == TraceSampler(followsParent: false, ratio: 0.25))
    #expect(fromEnvironment.headers.map(\.name) == ["a", "b"] && fromEnvironment.headers.map(\.value) == ["1", "x=y"])
    let file = TracingFile(endpoint: "http://file:4318/base/", sampling: 0.5, headers: [.init(name: "c", value: "2")], serviceName: "s")
    let fromFile = try #require(try Self.find(environment, file: file))
    #expect(fromFile.endpoint == "http://file:4318/base/v1/traces" && fromFile.sampler == TraceSampler(ratio: 0.5))
    #expect(fromFile.headers.map(\.name) == ["c"] && fromFile.serviceName == "s")
    #expect(try Self.find(environment, flag: "http://flag:1", file: file)?.endpoint == "http://flag:1/v1/traces")
  }

  @Test(arguments: [
    (["OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"], "OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' is no URL"),
    (["OTEL_TRACES_SAMPLER": "half"], "OTEL_TRACES_SAMPLER: 'half' is not known: write one of"),
    (["OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"], "OTEL_TRACES_SAMPLER_ARG: is '2': write a share"),
    (["OTEL_EXPORTER_OTLP_HEADERS": "novalue"], "OTEL_EXPORTER_OTLP_HEADERS: 'novalue' is no pair"),
    (["OTEL_RESOURCE_ATTRIBUTES": "a=%zz"], "OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' is no pair"),
    (["OTEL_EXPORTER_OTLP_TIMEOUT": "soon"], "OTEL_EXPORTER_OTLP_TIMEOUT: is 'soon': write milliseconds"),
  ])
  func `that are wrong are refused by their name`(_ wrong: [String: String], _ message: String) {
    let environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"].merging(wrong) { $1 }
    let error = #expect(throws: TracingSettings.Problem.self) { _ = try Self.find(environment) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }
}
