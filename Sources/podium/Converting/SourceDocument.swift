import ArgumentParser
import JSON
import Manifests
import YAML

/// One document of a file, with its own words: what is not converted is printed as it was written.
struct SourceDocument {
  let file: String
  /// Ends with a line break, and has no `---` of its own.
  let text: String
  let json: JSONValue
  /// Lines of the file before this document's text.
  private let offset: Int
  private let positions: YAMLPositions?

  /// - Parameter path: `-` for standard input.
  static func all(reading path: String) throws -> [SourceDocument] {
    let file = path == "-" ? "standard input" : path
    let text = String(decoding: try UserFile.read(path), as: UTF8.self)
    var documents: [SourceDocument] = []
    for (offset, chunk) in chunks(text) {
      let found: [JSONValue]
      do {
        found = try YAMLParser.documents(chunk)
      } catch {
        throw ValidationError("\(file):\(error.line + offset): \(error.reason); write YAML or JSON")
      }
      let positions = YAMLPositions.documents(Array(chunk.utf8))
      for (index, json) in found.enumerated() {
        guard json.object != nil else {
          throw ValidationError("\(file):\(offset + 1): the document is no object; write objects with fields")
        }
        // A chunk of several documents is split by `...`: their words cannot be told apart.
        let own = found.count == 1 ? chunk : YAMLWriter.text(json)
        documents.append(
          SourceDocument(
            file: file, text: own.hasSuffix("\n") ? own : own + "\n", json: json, offset: offset,
            positions: positions.count == found.count ? positions[index] : nil))
      }
    }
    return documents
  }

  /// The text between lines that start a document, and how many lines come before each.
  private static func chunks(_ text: String) -> [(offset: Int, text: String)] {
    var chunks: [(offset: Int, lines: [Substring])] = [(0, [])]
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let isSeparator = line == "---" || line == "---\r" || line.hasPrefix("--- ")
      if isSeparator {
        let rest = line.dropFirst(3).drop { $0 == " " || $0 == "\r" }
        chunks.append((number + 1, []))
        // Content, or a comment, on the line of the mark.
        if !rest.isEmpty { chunks[chunks.count - 1] = (number, [rest]) }
      } else {
        chunks[chunks.count - 1].lines.append(line)
      }
    }
    return chunks.map { ($0.offset, $0.lines.joined(separator: "\n")) }
  }

  /// `file:line: Kind name: field: what was done, or is to be written`.
  func message(_ entry: ConversionLog.Entry) -> String {
    let line = (entry.field.isEmpty ? positions?.start : positions?.line(of: entry.field)) ?? 1
    let what = [json["kind"]?.string ?? "Envoy configuration", json[["metadata", "name"]]?.string].compactMap { $0 }.joined(separator: " ")
    return "\(file):\(line + offset): \(what): " + (entry.field.isEmpty ? "" : "\(entry.field): ") + entry.text
  }
}
