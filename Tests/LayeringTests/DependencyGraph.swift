import TestKit

/// The targets of Package.swift and what each depends on, as written there.
struct DependencyGraph {
  enum Role: String { case core, shell, program, tests }

  /// By target: its role and its dependencies; products of other packages appear by the name of their constant.
  let targets: [String: (role: Role, dependencies: Set<String>)]

  init() throws {
    let text = try Places.text("Package.swift")
    var targets: [String: (role: Role, dependencies: Set<String>)] = [:]
    for match in text.matches(of: #/\b(core|shell|program|tests)\(\s*"(\w[\w-]*)"\s*(?:,\s*\[([^\]]*)\])?/#) {
      let names = (match.3 ?? "").split { ", \n\"".contains($0) }.map(String.init)
      guard let role = Role(rawValue: String(match.1)) else { continue }
      targets[String(match.2)] = (role, Set(names))
    }
    self.targets = targets
  }

  func names(_ role: Role) -> [String] { targets.filter { $0.value.role == role }.keys.sorted() }

  func dependencies(of target: String) -> Set<String> { targets[target]?.dependencies ?? [] }

  /// Everything a target reaches, over any number of arrows.
  func closure(of target: String) -> Set<String> {
    var reached: Set<String> = []
    var open = [target]
    while let next = open.popLast() {
      for dependency in dependencies(of: next) where reached.insert(dependency).inserted { open.append(dependency) }
    }
    return reached
  }
}
