/// Which models a plan may choose from.
package struct ModelConstraint: Sendable, Hashable {
  /// Models that are not to be used: ids, aliases or parts of an id such as `qwen`.
  package var excluded: [String]
  /// The least that a model must read at a time, prompt and answer together, in tokens.
  package var minimumContextTokens: Int?

  package init(excluded: [String] = [], minimumContextTokens: Int? = nil) {
    self.excluded = excluded
    self.minimumContextTokens = minimumContextTokens
  }
}

extension Knowledge {
  /// The places of the models that `name` means: that of this id or alias, else all whose id or alias has it in it. Throws when there
  /// is none.
  func modelPlaces(excludedAs name: String) throws(PlanProblem) -> Set<Int> {
    let wanted = name.lowercased()
    if let exact = try? modelIndex(named: name) { return [exact] }
    let found = models.indices.filter { place in
      ([models[place].id] + models[place].aliases).contains { $0.lowercased().contains(wanted) }
    }
    guard !wanted.isEmpty, !found.isEmpty else {
      do {
        _ = try modelIndex(named: name)
      } catch {
        guard case .unknownName(_, _, let nearest) = error else { throw error }
        throw .unknownName(name, field: "planning.excludedModels", nearest: nearest)
      }
      return []
    }
    return Set(found)
  }
}
