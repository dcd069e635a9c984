import JSON
import TestKit
import Testing
import YAML

@testable import DataPlane

@Suite("The fleet in a proxy's file")
struct FleetFileTests {
  private func configuration(_ text: String, secret: String? = "0123456789abcdef") throws -> FleetConfiguration {
    let file = try ProxyFile(json: YAMLParser.documents("fleet: \(text)\npolicy: {}")[0])
    let fields = try #require(file.fleet)
    return try fields.configuration(secret: secret.map { Array($0.utf8) })
  }

  @Test func `addresses, names, the key and the interval are read`() throws {
    let text = "{listen: '[::1]:7946', peers: ['10.0.0.7:1', podium-fleet.default.svc:7946], key: x, interval: 50}"
    let fleet = try configuration(text)
    #expect(fleet.listen == FleetConfiguration.Peer(host: "::1", port: 7946))
    #expect(fleet.peers.map(\.host) == ["10.0.0.7", "podium-fleet.default.svc"])
    #expect(fleet.peers.map { $0.address != nil } == [true, false])
    #expect(fleet.settings.interval == .milliseconds(50))
  }

  @Test(
    "A mistake is named with what to write instead",
    arguments: [
      ("{peers: [], key: x}", "fleet.listen: is missing"),
      ("{listen: '7946'}", "fleet.listen: is '7946': write host:port"),
      ("{listen: 'localhost:7946'}", "fleet.listen: 'localhost' is not an IP address"),
      ("{listen: '0.0.0.0:1', peers: [a b]}", "fleet.peers[0]: is 'a b': write host:port"),
      ("{listen: '0.0.0.0:1', peers: ['::1:80']}", "fleet.peers[0]: is '::1:80': write host:port"),
      ("{listen: '0.0.0.0:1', interval: 0}", "fleet.interval: is 0"),
      ("{listen: '0.0.0.0:1', port: 0}", "fleet.port: is not a field"),
    ])
  func mistakes(text: String, message: String) throws {
    let error = #expect(throws: PolicyError.self) { _ = try configuration(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func `a fleet without a key, or with a short one, does not start`() throws {
    let text = "{listen: '127.0.0.1:7946'}"
    #expect(throws: PolicyError.self) { try configuration(text, secret: nil) }
    let error = #expect(throws: PolicyError.self) { _ = try configuration(text, secret: "short") }
    #expect(error?.reason.contains("write at least 16") == true)
  }

  @Test func `a name stands for all of its addresses`() {
    let found = NameLookup.addresses(of: FleetConfiguration.Peer(host: "localhost", port: 7946))
    #expect(found.contains { $0.host == "127.0.0.1" && $0.port == 7946 })
    #expect(NameLookup.addresses(of: FleetConfiguration.Peer(host: "no-such-name.invalid", port: 1)).isEmpty)
  }
}
