/// A model's name in its parts: `meta-llama/Llama-3.1-8B-Instruct` is llama, 3.1, 8b, instruct.
struct ModelName {
  let parts: [String]

  init(_ text: String) {
    let name = text.lowercased().split(separator: "/").last.map(String.init) ?? ""
    parts = name.split { "-_: /".contains($0) }.flatMap { Self.split(String($0)) }
  }

  /// Words that tell models of a family apart for nobody.
  private static let noise: Set<String> = ["instruct", "chat", "it", "hf", "meta", "model", "the", "dynamic", "nvidia", "llm"]

  var telling: [String] { parts.filter { !Self.noise.contains($0) } }

  /// `qwen2.5` is a family and a version; `fp8`, `w4a16` and `8x7b` stay whole.
  private static func split(_ part: String) -> [String] {
    let part = part.trimmed(".")
    let letters = part.prefix { $0.isLetter }
    guard letters.count >= 3, letters.count < part.count else { return part.isEmpty ? [] : [part] }
    return [String(letters), String(part.dropFirst(letters.count)).trimmed(".")]
  }

  /// `8b`, `8x7b`, `3.1`, `v0.3`: what a person would write of a model beside its family.
  static func isQualifier(_ part: String) -> Bool {
    let rest = part.hasPrefix("v") ? part.dropFirst() : part[...]
    let digits = rest.hasSuffix("b") ? rest.dropLast() : rest
    return !digits.isEmpty && digits.count <= 6 && digits.allSatisfy { $0.isNumber || $0 == "." || $0 == "x" }
      && digits.first?.isNumber == true
  }
}

extension StringProtocol {
  fileprivate func trimmed(_ character: Character) -> String {
    var text = self[...]
    while text.first == character { text = text.dropFirst() }
    while text.last == character { text = text.dropLast() }
    return String(text)
  }
}
