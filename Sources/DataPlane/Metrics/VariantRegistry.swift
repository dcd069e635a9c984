import Synchronization

/// Numbers for (route, variant): a counter keeps its number through every change of policy.
///
/// Bounded: what a policy names for the first time when there are `maximum` already is counted under the last number, as "other".
final class VariantRegistry: Sendable {
  struct Name: Hashable, Sendable {
    var model: String
    var variant: String
  }
  static let maximum = 1024
  private let names = Mutex<[Name]>([])

  func number(model: String, variant: String) -> Int {
    names.withLock { names in
      let name = Name(model: model, variant: variant)
      if let known = names.firstIndex(of: name) { return known }
      guard names.count < Self.maximum else { return Self.maximum }
      names.append(name)
      if names.count == Self.maximum { names.append(Name(model: "other", variant: "other")) }
      return names.firstIndex(of: name) ?? 0
    }
  }

  var all: [Name] { names.withLock { $0 } }
}
