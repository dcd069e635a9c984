import DataPlane
import Foundation
import JSON
import Scheduling
import YAML

/// The configuration file, or one with the policy alone: JSON is YAML too, so one parser reads both.
struct PolicyFile {
  let path: String
  /// It holds what otherwise stands under `policy` in the configuration file.
  var isPolicyAlone = false

  struct Problem: Error, CustomStringConvertible {
    var description: String
    /// The file is not there, or may not be read.
    var isAbsent = false
  }

  /// - Parameter hasPolicy: Whether the policy stands in this file too.
  func read(hasPolicy: Bool = true) throws -> ProxyFile {
    try document { (json) throws(PolicyError) in try ProxyFile(json: json, hasPolicy: hasPolicy) }
  }

  func policy() throws -> TrafficPolicy {
    guard isPolicyAlone else { return try read().policy }
    return try document { (json) throws(PolicyError) in try TrafficPolicy(json: json) }
  }

  private func document<Value>(_ understand: (JSONValue) throws(PolicyError) -> Value) throws -> Value {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Problem(description: "\(path): cannot be read: check that the file exists and that its permissions allow it", isAbsent: true)
    }
    do {
      let documents = try YAMLParser.documents(Array(bytes))
      guard documents.count == 1 else { throw Problem(description: "\(path): has \(documents.count) documents: write one") }
      return try understand(documents[0])
    } catch let error as YAMLError {
      throw Problem(description: "\(path): \(error)")
    } catch let error as PolicyError {
      throw Problem(description: "\(path): \(error)")
    }
  }

  /// - Throws: When the policy cannot be enforced, with the path of the field in this file.
  func apply(_ policy: TrafficPolicy, to server: DataPlaneServer) throws {
    do {
      try server.apply(policy)
    } catch {
      throw Problem(description: "\(path): \(isPolicyAlone ? "" : "policy.")\(error)")
    }
  }

  /// Changes when the file is written or replaced, and when a symbolic link on the way to it leads elsewhere: a kubelet updates a mounted
  /// Secret or ConfigMap by swapping the link `..data`. Empty when the file is not there.
  var fingerprint: String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    #if canImport(Darwin)
      let modified = status.st_mtimespec
    #else
      let modified = status.st_mtim
    #endif
    return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(modified.tv_sec).\(modified.tv_nsec)"
  }
}
