/// Where a proxy of the fleet is reached.
package struct FleetAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// An IP address.
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package static func < (left: Self, right: Self) -> Bool { (left.host, left.port) < (right.host, right.port) }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
