import Foundation
import JSON
import YAML

/// A pair of files `NAME.in.yaml` and `NAME.out.yaml`: adding a case needs no code.
///
/// With PODIUM_REWRITE_GOLDEN=1 in the environment the outputs are written instead of compared; read the difference before
/// you commit it.
package struct GoldenCase: Sendable, CustomStringConvertible {
  package let name: String
  private let folder: String

  /// The cases of a folder of the repository, by name.
  package static func all(in folder: String) -> [GoldenCase] {
    let suffix = ".in.yaml"
    return Places.files(below: folder, suffix: suffix).map { path in
      GoldenCase(name: String(path.dropFirst(folder.count + 1).dropLast(suffix.count)), folder: folder)
    }
  }

  package var description: String { name }
  package var outputPath: String { "\(Places.repository)/\(folder)/\(name).out.yaml" }

  package func input() throws -> [JSONValue] { try YAMLParser.documents(try Places.text("\(folder)/\(name).in.yaml")) }

  /// Where `documents` differ from the expected ones: the first line that does, of each; `nil` when they are the same.
  package func difference(from documents: [JSONValue]) throws -> String? {
    let text = YAMLWriter.text(documents)
    if ProcessInfo.processInfo.environment["PODIUM_REWRITE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: URL(fileURLWithPath: outputPath))
      return nil
    }
    guard let expected = try? Places.text(outputPath) else { return "\(outputPath) is missing; set PODIUM_REWRITE_GOLDEN=1 once" }
    if text == expected { return nil }
    let lines = (text.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
    let place = zip(lines.0, lines.1).enumerated().first { $0.element.0 != $0.element.1 }
    guard let place else { return "\(name): \(lines.0.count) lines, expected \(lines.1.count)" }
    return "\(name), line \(place.offset + 1): got \(place.element.0), expected \(place.element.1)"
  }
}
