import ArgumentParser
import Foundation
import PolicyFormat
import Routing
import YAML

/// The file of models that `--models` names.
enum ModelsFile {
  /// Its largest size in bytes: a thousand models with everything that can be said of them.
  private static let limit = 8 << 20

  static func read(_ path: String) throws -> RoutingConfiguration {
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw ValidationError("--models: cannot read \(path): \(error.localizedDescription)")
    }
    guard bytes.count <= limit else { throw ValidationError("--models: \(path) has \(bytes.count) bytes; at most \(limit) are read") }
    do {
      let documents = try YAMLParser.documents(bytes)
      guard documents.count == 1, let document = documents.first else {
        throw PolicyError(path: "", reason: "has \(documents.count) YAML documents: write one, with the models in it")
      }
      return try RoutingConfiguration(json: document)
    } catch let error as PolicyError {
      let line = error.path.isEmpty ? nil : YAMLPositions.documents(bytes).first?.line(of: error.path)
      throw ValidationError("--models: \(path)\(line.map { ":\($0)" } ?? ""): \(error)")
    } catch let error as YAMLError {
      throw ValidationError("--models: \(path): \(error)")
    }
  }
}
