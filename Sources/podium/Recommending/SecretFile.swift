import ArgumentParser
import Foundation

/// A file that holds one secret on one line.
enum SecretFile {
  /// Errors name the file and never what it holds.
  static func read(_ path: String, option: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else { throw ValidationError("\(option): cannot read \(path)") }
    let text = String(decoding: data.prefix(64 * 1024), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ValidationError("\(option): \(path) must hold one line of printable ASCII without spaces")
    }
    return text
  }
}
