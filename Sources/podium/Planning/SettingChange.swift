import ArgumentParser
import JSON
import YAML

/// One `--set path=value` of a what-if; the value is YAML, so that `5`, `fp8` and `[H100, L40S]` are what they look like.
struct SettingChange {
  /// As it was written.
  let text: String
  let path: String
  let value: JSONValue

  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw ValidationError("--set \(text): write path=value") }
    do {
      value = try YAMLParser.documents(String(parts[1])).first ?? .null
    } catch {
      throw ValidationError("--set \(text): the value is no YAML: \(error)")
    }
    path = String(parts[0])
    self.text = text
  }
}
