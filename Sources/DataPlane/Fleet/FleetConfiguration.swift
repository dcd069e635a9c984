import Fleet
import NIOCore

/// How one proxy meets the others that share its backends.
package struct FleetConfiguration: Sendable, Equatable {
  /// Where another proxy is, or a name that stands for all of them (a headless Service).
  package struct Peer: Sendable, Hashable {
    /// An IP address or a name; a name is looked up again and again, and all its addresses are asked.
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    /// Reads `host:port` or `[address]:port`; `nil` when it is anything else.
    package init?(_ text: String) {
      guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port) else {
        return nil
      }
      var host = String(text[..<colon])
      if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) } else if host.contains(":") { return nil }
      guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
      self.init(host: host, port: port)
    }

    /// The address, when it needs no looking up.
    var address: FleetAddress? {
      (try? SocketAddress(ipAddress: host, port: port)).flatMap(FleetAddress.init)
    }
  }

  /// An IP address and a UDP port.
  package var listen: Peer
  package var peers: [Peer]
  package var key: FleetKey
  package var settings = FleetSettings()

  package init(listen: Peer, peers: [Peer], key: FleetKey) {
    self.listen = listen
    self.peers = peers
    self.key = key
  }
}

extension FleetAddress {
  init?(_ address: SocketAddress) {
    guard let host = address.ipAddress, let port = address.port else { return nil }
    self.init(host: host, port: port)
  }
}
