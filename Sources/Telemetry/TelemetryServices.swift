import DataPlane
import Logging
import NIOCore
import NIOPosix

/// The access log and the trace exporter of a program: made from flags, file and environment, shared by its data planes, and ended
/// after them.
package struct TelemetryServices: Sendable {
  package let accessLog: AccessLog?
  package let exporter: OTLPExporter?
  private let sampler: TraceSampler

  /// How long the end of the program waits for a slow log or collector.
  static let patience = Duration.seconds(5)

  package struct Options: Sendable {
    /// A flag: `stdout`, `none` or a path.
    package var accessLog: String?
    /// A flag: the base URL of a collector.
    package var otlpEndpoint: String?
    package var file = TelemetryFile()
    package var environment: [String: String]

    package init(accessLog: String? = nil, otlpEndpoint: String? = nil, file: TelemetryFile = .init(), environment: [String: String]) {
      self.accessLog = accessLog
      self.otlpEndpoint = otlpEndpoint
      self.file = file
      self.environment = environment
    }
  }

  /// Begins to send traces at once; `shutdown` must be called.
  package init(_ options: Options, service: String, version: String? = nil, logger: Logger) throws {
    var wanted = options.file.accessLog
    if let flag = options.accessLog { wanted = AccessLogFile(path: flag, showsTenantNames: wanted?.showsTenantNames ?? false) }
    accessLog = try wanted?.destination.map { try AccessLog($0, showsTenantNames: wanted?.showsTenantNames ?? false, logger: logger) }
    let tracing = try TracingSettings.find(
      endpoint: options.otlpEndpoint, file: options.file.tracing, environment: options.environment)
    sampler = tracing?.sampler ?? TraceSampler()
    let group = MultiThreadedEventLoopGroup.singleton
    exporter = tracing.map { OTLPExporter($0, service: service, version: version, group: group, logger: logger) }
    if let tracing { logger.info("traces are sent", metadata: ["endpoint": "\(tracing.endpoint)", "share": "\(tracing.sampler.ratio)"]) }
  }

  package func configure(_ configuration: inout DataPlaneConfiguration) {
    configuration.accessLog = accessLog
    configuration.tracing = exporter.map { Tracing(sampler: sampler, sink: $0) }
  }

  /// After the data planes have ended.
  package func shutdown() async {
    await accessLog?.flush(within: Self.patience)
    await exporter?.shutdown(within: Self.patience)
  }
}
