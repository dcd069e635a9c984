import JSON

/// One fact about the world that is no benchmark row, as the document it was written as: nothing a file holds is lost on the way.
package struct CatalogEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case model, accelerator, pattern, quality, source
    case useCase = "use-case"
    case experienceClass = "experience-class"

    /// The member that names an entry.
    var nameMember: String { self == .model ? "id" : "name" }
    /// The member of an exported document that holds the entries of this kind.
    package var title: String {
      switch self {
      case .model: "models"
      case .accelerator: "accelerators"
      case .pattern: "patterns"
      case .quality: "quality"
      case .source: "sources"
      case .useCase: "useCases"
      case .experienceClass: "experienceClasses"
      }
    }
  }

  package let kind: Kind
  package let name: String
  package var body: JSONValue

  /// `file` and `index` (from 0) are for the message.
  package init(_ kind: Kind, body: JSONValue, file: String, index: Int) throws(ImportError) {
    guard body.object != nil, let name = body[kind.nameMember]?.string, !name.isEmpty else {
      throw ImportError(file: file, reason: "\(kind.title), entry \(index + 1): \"\(kind.nameMember)\" is missing")
    }
    self.kind = kind
    self.name = name
    self.body = body
  }

  /// Case does not matter in names.
  struct Key: Hashable {
    let kind: Kind
    let name: String
  }

  var key: Key { Key(kind: kind, name: name.lowercased()) }

  package static func == (left: CatalogEntry, right: CatalogEntry) -> Bool {
    left.kind == right.kind && left.name == right.name && left.body == right.body
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
