import DataPlane
import Foundation
import JSON
import YAML

/// The configuration file: JSON is YAML too, so one parser reads both.
struct PolicyFile {
  let path: String

  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  func read() throws -> ProxyFile {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Problem(description: "\(path): cannot be read: check that the file exists and that its permissions allow it")
    }
    do {
      let documents = try YAMLParser.documents(Array(bytes))
      guard documents.count == 1 else { throw Problem(description: "\(path): has \(documents.count) documents: write one") }
      return try ProxyFile(json: documents[0])
    } catch let error as YAMLError {
      throw Problem(description: "\(path): \(error)")
    } catch let error as PolicyError {
      throw Problem(description: "\(path): \(error)")
    }
  }

  /// - Throws: When the policy cannot be enforced, with the path of the field in this file.
  func apply(_ file: ProxyFile, to server: DataPlaneServer) throws {
    do {
      try server.apply(file.policy)
    } catch {
      throw Problem(description: "\(path): policy.\(error)")
    }
  }

  /// Changes when the file is written or replaced.
  var fingerprint: String {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return "" }
    let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(attributes[.systemFileNumber] ?? 0) \(attributes[.size] ?? 0) \(modified)"
  }
}
