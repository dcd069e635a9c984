import Console
import Intent
import YAML

/// The specification as a file to edit: a ModelDeployment, with what was understood and assumed as comments.
enum SpecificationText {
  static func yaml(_ advice: Advice, from text: String) -> String {
    let draft = advice.draft
    var lines = ["# From: \(line(text, 200))", "# Edit this, then: podium plan -f FILE, or kubectl apply -f FILE.", "#"]
    for finding in draft.understanding.inOrder {
      lines.append("# Understood: \(finding.field.path) from \"\(line(finding.words, 120))\" (\(finding.confidence.rawValue) confidence)")
    }
    for assumption in draft.assumptions { lines.append("# Assumed: \(assumption.field): \(line(assumption.text, 300))") }
    for note in draft.understanding.notes { lines.append("# Note: \(line(note, 300))") }
    return lines.joined(separator: "\n") + "\n" + YAMLWriter.text(SpecificationWriter.manifest(of: draft.request))
  }

  /// One line without control characters: a text must not end its comment.
  static func line(_ text: String, _ limit: Int) -> String {
    let words = text.unicodeScalars.split { scalar in
      // Control and format characters (escape sequences, changes of direction) are for no terminal and no file.
      scalar.properties.isWhitespace
        || [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    let line = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    return line.count > limit ? line.prefix(limit - 1) + "…" : line
  }
}
