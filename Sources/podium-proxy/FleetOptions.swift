import ArgumentParser
import DataPlane
import Foundation

/// How this proxy meets the others that share its backends; each option wins over the file's field.
struct FleetOptions: ParsableArguments {
  @Option(name: .customLong("fleet-listen"), help: ArgumentHelp("The UDP address for the other proxies.", valueName: "address:port"))
  var listen: String?

  @Option(
    name: .customLong("fleet-peer"),
    help: ArgumentHelp("Another proxy, or a name that stands for all of them; repeat for several.", valueName: "host:port"))
  var peers: [String] = []

  @Option(name: .customLong("fleet-key-file"), help: ArgumentHelp("A file with the secret that all proxies share.", valueName: "file"))
  var keyFile: String?

  func validate() throws {
    for text in [listen].compactMap({ $0 }) + peers where FleetConfiguration.Peer(text) == nil {
      throw ValidationError("'\(text)': write host:port, for example 10.0.0.7:7946")
    }
  }

  /// `nil` when neither the options nor the file say anything of a fleet.
  func configuration(_ file: FleetFields?, source: PolicyFile) throws -> FleetConfiguration? {
    guard file != nil || listen != nil || !peers.isEmpty || keyFile != nil else { return nil }
    var fields = file ?? FleetFields()
    if let listen { fields.listen = FleetConfiguration.Peer(listen) }
    if !peers.isEmpty { fields.peers = peers.compactMap { FleetConfiguration.Peer($0) } }
    if let keyFile { (fields.key, fields.keyFile) = (nil, keyFile) }
    do {
      return try fields.configuration(secret: try secret(fields))
    } catch let error as PolicyError {
      throw PolicyFile.Problem(description: "\(source.path): \(error)")
    }
  }

  /// White space around the key in a file is not part of it: editors end files with a new line.
  private func secret(_ fields: FleetFields) throws -> [UInt8]? {
    guard let path = fields.keyFile else { return fields.key.map { Array($0.utf8) } }
    guard let content = FileManager.default.contents(atPath: path) else {
      throw PolicyFile.Problem(description: "\(path): the fleet's key cannot be read: check that the file exists and may be read")
    }
    return Array(String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines).utf8)
  }
}
