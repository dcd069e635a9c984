/// Where health, metrics and figures are shown to whoever watches over this process, apart from the gateway: always plain HTTP/1.1, and
/// no request for a model is taken. Where there is one, the gateway does not show metrics.
package struct AdminListener: Sendable, Equatable {
  /// An IP address.
  package var host: String
  /// 0 takes any free one.
  package var port: Int

  package init(host: String = "0.0.0.0", port: Int) {
    self.host = host
    self.port = port
  }
}
