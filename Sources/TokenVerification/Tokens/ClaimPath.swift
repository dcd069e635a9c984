import JSON

/// Finds a claim by its name, or by names with dots between them for nested claims: the longest name that exists wins, because names may
/// hold dots themselves (`https://example.com/tier`, `resource_access.my.client.roles`).
enum ClaimPath {
  /// The claim's values as text: one of a string, number or boolean, all of a list of those, the words of a `scope` (RFC 8693 section 4.2).
  static func values(_ path: String, in claims: JSONObject) -> [String] {
    guard let value = find(path[...], in: claims) else { return [] }
    switch value {
    case .array(let elements): return elements.compactMap(text)
    case .string(let scopes) where path == "scope" || path == "scp": return scopes.split(separator: " ").map(String.init)
    default: return text(value).map { [$0] } ?? []
    }
  }

  private static func find(_ path: Substring, in object: JSONObject) -> JSONValue? {
    if let value = object[String(path)] { return value }
    var end = path.endIndex
    while let dot = path[..<end].lastIndex(of: ".") {
      if let nested = object[String(path[..<dot])]?.object, let value = find(path[path.index(after: dot)...], in: nested) { return value }
      end = dot
    }
    return nil
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .int, .double, .bool: value.text()
    case .array, .object, .null: nil
    }
  }
}
