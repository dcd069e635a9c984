import ArgumentParser
import PolicyFormat
import Routing
import YAML

/// The file of models that `--models` names.
enum ModelsFile {
  /// Its largest size in bytes: a thousand models with everything that can be said of them.
  private static let limit = 8 << 20

  static func read(_ path: String) throws -> RoutingConfiguration {
    let bytes = try UserFile.read(path, option: "--models", limit: limit)
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
