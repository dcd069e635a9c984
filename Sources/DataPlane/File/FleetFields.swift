import Fleet
import JSON

/// The `fleet` part of a proxy's file: everything but the content of the key's file.
package struct FleetFields: Sendable, Equatable {
  package var listen: FleetConfiguration.Peer?
  package var peers: [FleetConfiguration.Peer]
  package var key: String?
  package var keyFile: String?
  package var interval: Duration?

  package init(listen: FleetConfiguration.Peer? = nil, peers: [FleetConfiguration.Peer] = []) {
    self.listen = listen
    self.peers = peers
  }

  init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    if let text = try reader.string("listen") { listen = try Self.peer(text, reader.path("listen"), "0.0.0.0:7946") }
    peers = []
    for (index, text) in (try reader.strings("peers") ?? []).enumerated() {
      peers.append(try Self.peer(text, "\(reader.path("peers"))[\(index)]", "podium-fleet.default.svc:7946"))
    }
    key = try reader.string("key")
    keyFile = try reader.string("keyFile")
    if let milliseconds = try reader.number("interval") {
      guard (10...60_000).contains(milliseconds) else {
        throw PolicyError(path: reader.path("interval"), reason: "is \(milliseconds): write milliseconds from 10 to 60000")
      }
      interval = .microseconds(Int64(milliseconds * 1000))
    }
    try reader.finish()
  }

  private static func peer(_ text: String, _ path: String, _ example: String) throws(PolicyError) -> FleetConfiguration.Peer {
    guard let peer = FleetConfiguration.Peer(text) else {
      throw PolicyError(path: path, reason: "is '\(text)': write host:port, for example \(example)")
    }
    return peer
  }

  /// - Parameter secret: The content of the key's file, or the key.
  package func configuration(secret: [UInt8]?) throws(PolicyError) -> FleetConfiguration {
    guard let listen else {
      throw PolicyError(path: "fleet.listen", reason: "is missing: write the address and UDP port to listen on, for example 0.0.0.0:7946")
    }
    guard listen.address != nil else {
      throw PolicyError(path: "fleet.listen", reason: "'\(listen.host)' is not an IP address: names are not resolved here")
    }
    guard let secret else {
      throw PolicyError(path: "fleet.key", reason: "is missing: write key, or keyFile with the path of a file that has it")
    }
    guard let key = FleetKey(secret) else {
      throw PolicyError(
        path: "fleet.key",
        reason: "has \(secret.count) bytes: write at least \(FleetKey.shortest), the same at every proxy (openssl rand -hex 32)")
    }
    var configuration = FleetConfiguration(listen: listen, peers: peers, key: key)
    if let interval { configuration.settings.interval = interval }
    return configuration
  }
}
