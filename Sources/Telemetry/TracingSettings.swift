import DataPlane

/// Where traces go, and how many: what flags, files and OpenTelemetry's environment variables say.
package struct TracingSettings: Sendable, Equatable {
  /// The whole URL that batches are posted to.
  package var endpoint: String
  package var sampler = TraceSampler()
  package var headers: [(name: String, value: String)] = []
  package var serviceName: String?
  package var resource: [(name: String, value: String)] = []
  /// Of one attempt to send a batch.
  package var timeout: Duration = .seconds(10)

  package init(endpoint: String) { self.endpoint = endpoint }

  package static func == (left: TracingSettings, right: TracingSettings) -> Bool {
    left.endpoint == right.endpoint && left.sampler == right.sampler && left.serviceName == right.serviceName
      && left.timeout == right.timeout && left.headers.elementsEqual(right.headers, by: ==)
      && left.resource.elementsEqual(right.resource, by: ==)
  }

  /// What is wrong with a setting, and what to write instead.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    package var description: String
    init(_ description: String) { self.description = description }
  }

  /// Every source that is given, the first one winning for each setting.
  /// - Parameters:
  ///   - endpoint: A flag: the base, to which `/v1/traces` is added.
  ///   - file: The section `tracing` of a configuration file.
  ///   - environment: `OTEL_…` as OpenTelemetry specifies them.
  /// - Returns: `nil` when nothing says where traces should go, or when tracing is switched off.
  package static func find(
    endpoint: String?, file: TracingFile?, environment: [String: String]
  ) throws(Problem) -> TracingSettings? {
    let variables = OTelEnvironment(environment)
    if variables.isDisabled, endpoint == nil, file == nil { return nil }
    guard let target = try Self.target(endpoint, file, variables) else { return nil }
    var settings = TracingSettings(endpoint: target)
    settings.sampler = try variables.sampler() ?? settings.sampler
    if let ratio = file?.sampling { settings.sampler = TraceSampler(ratio: ratio) }
    let headers = (file?.headers ?? []).map { (name: $0.name, value: $0.value) }
    settings.headers = headers.isEmpty ? try variables.headers() : headers
    settings.resource = try variables.resource()
    settings.serviceName = file?.serviceName ?? variables.serviceName
    settings.timeout = try variables.timeout() ?? settings.timeout
    return settings
  }

  private static func target(_ flag: String?, _ file: TracingFile?, _ variables: OTelEnvironment) throws(Problem) -> String? {
    if let flag { return try url(flag, "--otlp-endpoint", isBase: true) }
    if let endpoint = file?.endpoint { return try url(endpoint, "tracing.endpoint", isBase: true) }
    if let traces = variables["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] {
      return try url(traces, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", isBase: false)
    }
    if let base = variables["OTEL_EXPORTER_OTLP_ENDPOINT"] { return try url(base, "OTEL_EXPORTER_OTLP_ENDPOINT", isBase: true) }
    if file != nil {
      throw Problem("tracing.endpoint: is missing: write the URL of a collector, for example http://127.0.0.1:4318")
    }
    return nil
  }

  private static func url(_ text: String, _ source: String, isBase: Bool) throws(Problem) -> String {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix), text.count > scheme.count else {
      throw Problem("\(source): '\(text)' is no URL: write the collector's address, for example http://127.0.0.1:4318")
    }
    guard isBase else { return text }
    return (text.hasSuffix("/") ? String(text.dropLast()) : text) + "/v1/traces"
  }
}
