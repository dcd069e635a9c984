/// Names of properties as CEL can write them: https://kubernetes.io/docs/reference/using-api/cel/#escaping
package enum CELIdentifier {
  private static let keywords: Set<String> = [
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
    "package", "namespace", "return",
  ]

  /// `a-b` → `a__dash__b`, `namespace` → `__namespace__`; names that need nothing stay as they are.
  package static func escape(_ name: String) -> String {
    if keywords.contains(name) { return "__\(name)__" }
    guard name.contains(where: { $0 == "." || $0 == "-" || $0 == "/" || $0 == "_" }) else { return name }
    var result = ""
    var characters = name[...]
    while let character = characters.popFirst() {
      switch character {
      case ".": result += "__dot__"
      case "-": result += "__dash__"
      case "/": result += "__slash__"
      case "_" where characters.first == "_":
        characters.removeFirst()
        result += "__underscores__"
      default: result.append(character)
      }
    }
    return result
  }
}
