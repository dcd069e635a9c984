import ArgumentParser
import Foundation
import JSON
import Kubernetes
import QoSAPI
import YAML

/// A file with what is to be planned: ModelDeployments as kubectl takes them, among other objects, or scenarios: the fields of a
/// ModelDeployment's `spec` without anything around them.
struct SpecFile {
  /// One document that can be planned.
  struct Entry {
    let name: String
    let json: JSONValue
    let positions: YAMLPositions?

    var isManifest: Bool { json["kind"] != nil || json["apiVersion"] != nil }
  }

  let path: String
  let entries: [Entry]

  /// - Parameter path: `-` for standard input.
  init(reading path: String) throws {
    self.path = path == "-" ? "standard input" : path
    let bytes = try UserFile.read(path)
    let documents: [JSONValue]
    do {
      documents = try YAMLParser.documents(bytes)
    } catch {
      throw ValidationError("\(self.path):\(error.line): \(error.reason); write YAML or JSON")
    }
    let positions = YAMLPositions.documents(bytes)
    var entries: [Entry] = []
    for (index, json) in documents.enumerated() {
      let place = positions.count == documents.count ? positions[index] : nil
      guard json.object != nil else {
        throw ValidationError(
          "\(self.path):\(place?.start ?? 1): the document is no object; write a ModelDeployment, or the fields of its spec")
      }
      let isManifest = json["kind"] != nil || json["apiVersion"] != nil
      if isManifest, json["kind"]?.string != ResourceType.modelDeployment.kind { continue }
      let stated = isManifest ? json[["metadata", "name"]]?.string : json["name"]?.string
      entries.append(Entry(name: stated ?? Self.name(path, index, of: documents.count), json: json, positions: place))
    }
    self.entries = entries
    guard !entries.isEmpty else {
      throw ValidationError("\(self.path) has nothing to plan; write a ModelDeployment, or the fields of its spec (useCase, traffic, …)")
    }
  }

  /// The entry of that name; the only one when none is asked for.
  func entry(named name: String?) throws -> Entry {
    let names = entries.map(\.name).joined(separator: ", ")
    guard let name else {
      guard entries.count == 1 else { throw ValidationError("\(path) has \(entries.count) deployments; name one with --name: \(names)") }
      return entries[0]
    }
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw ValidationError("\(path) has no deployment \"\(name)\"; write one of \(names)")
    }
    return entry
  }

  /// The file's name as a Kubernetes object could have it.
  private static func name(_ path: String, _ index: Int, of count: Int) -> String {
    let base = path == "-" ? "plan" : URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let name = ObjectName.fitting(base)
    return count == 1 ? name : "\(name)-\(index + 1)"
  }
}

/// Names that Kubernetes and the schema of ModelDeployment accept.
enum ObjectName {
  static func fitting(_ text: String) -> String {
    let letters = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let trimmed = String(letters).split(separator: "-").joined(separator: "-").prefix(ModelDeployment.maximumNameLength - 4)
    return trimmed.first?.isLetter == true ? String(trimmed) : "plan"
  }
}
