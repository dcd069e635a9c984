/// A function of CEL's standard library or of one of the libraries that Kubernetes adds.
struct CELFunction: Sendable {
  typealias Body = @Sendable ([CELValue]) throws(CELError) -> CELValue

  let name: String
  /// How many arguments it takes when called as `f(x)`; `nil` when it cannot be.
  let global: ClosedRange<Int>?
  /// How many arguments beside the target it takes when called as `x.f()`.
  let method: ClosedRange<Int>?
  let body: Body

  init(_ name: String, global: ClosedRange<Int>? = nil, method: ClosedRange<Int>? = nil, _ body: @escaping Body) {
    self.name = name
    self.global = global
    self.method = method
    self.body = body
  }

  func accepts(_ count: Int, isMethod: Bool) -> Bool { (isMethod ? method : global)?.contains(count) ?? false }

  static func find(_ name: String, isMethod: Bool) -> CELFunction? {
    guard let function = table[name] else { return nil }
    return (isMethod ? function.method : function.global) == nil ? nil : function
  }

  static let namespaces: Set<String> = ["optional", "cel", "sets", "math", "strings"]

  private static let table: [String: CELFunction] = {
    let all = conversions + strings + lists + times + kubernetes + optionals
    return Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
  }()

  static func noOverload(_ name: String) -> CELError { CELError("no such overload: \(name)") }
}

extension [CELValue] {
  func string(_ index: Int, _ name: String) throws(CELError) -> String {
    guard indices.contains(index), case .string(let text) = self[index] else { throw CELFunction.noOverload(name) }
    return text
  }

  func int(_ index: Int, _ name: String) throws(CELError) -> Int {
    guard indices.contains(index), case .int(let value) = self[index] else { throw CELFunction.noOverload(name) }
    return Int(value)
  }

  func list(_ index: Int, _ name: String) throws(CELError) -> [CELValue] {
    guard indices.contains(index), case .list(let values) = self[index] else { throw CELFunction.noOverload(name) }
    return values
  }
}
