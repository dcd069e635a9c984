import CEnvoyModule
import Logging

/// Into Envoy's own log, under its logger `dynamic_modules`.
struct EnvoyLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  /// Envoy decides what is written.
  var logLevel = Logger.Level.trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let level = Self.level(event.level)
    guard envoy_dynamic_module_callback_log_enabled(level) else { return }
    let details = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    EnvoyStream.withBuffer("podium: \(event.message)\(details)") { envoy_dynamic_module_callback_log(level, $0) }
  }

  /// Envoy's levels: 0 trace, 1 debug, 2 info, 3 warning, 4 error, 5 critical.
  private static func level(_ level: Logger.Level) -> UInt32 {
    switch level {
    case .trace: 0
    case .debug: 1
    case .info, .notice: 2
    case .warning: 3
    case .error: 4
    case .critical: 5
    }
  }
}
