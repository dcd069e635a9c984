import JSON
import PolicyFormat

/// `expect`: a list of objects such as `{tier: enterprise, response.p99: "<= 1.2x", failed: "== 0"}`.
extension Expectation {
  static func read(_ reader: inout FieldReader, tiers: [String]) throws(PolicyError) -> [Expectation] {
    var expectations: [Expectation] = []
    for element in try reader.array("expect") ?? [] { expectations += try read(element.value, element.path, tiers) }
    return expectations
  }

  private static func read(_ value: JSONValue, _ path: String, _ tiers: [String]) throws(PolicyError) -> [Expectation] {
    var reader = try FieldReader(value, path: path)
    let tier = try reader.string("tier")
    if let tier, !tiers.contains(tier) {
      throw PolicyError(
        path: reader.path("tier"), reason: "'\(tier)' is no tier of the policy: write one of \(tiers.joined(separator: ", "))")
    }
    var expectations: [Expectation] = []
    for figure in tier == nil ? Figure.ofPool + Figure.ofTier : Figure.ofTier {
      guard let value = reader.value(figure.name) else { continue }
      expectations.append(try Expectation(value, path: reader.path(figure.name), tier: tier, figure: figure))
    }
    try reader.finish()
    guard !expectations.isEmpty else {
      throw PolicyError(path: path, reason: "expects nothing: write a figure and its bound, such as response.p99: \"< 1.2x\"")
    }
    return expectations
  }

  private init(_ value: JSONValue, path: String, tier: String?, figure: Figure) throws(PolicyError) {
    // A bare number is meant to be equal: `failed: 0`.
    let text = value.double.map { "== \(FigureText.text($0, .requests))" } ?? value.string ?? ""
    guard let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let bound = Self.bound(Quantity.trimmed(text.dropFirst(comparison.rawValue.count)), figure)
    else {
      throw PolicyError(path: path, reason: "is \(value.described): write \(Self.examples(figure))")
    }
    self.init(tier: tier, figure: figure, comparison: comparison, bound: bound, text: text)
  }

  private static func bound(_ text: String, _ figure: Figure) -> Bound? {
    switch figure.unit {
    case .seconds: return Quantity.multiple(text).map(Bound.multiple) ?? Quantity.seconds(text).map(Bound.value)
    case .part: return (Quantity.part(text) ?? Quantity.number(text)).map(Bound.value)
    case .requests:
      if let part = Quantity.part(text), case .count = figure { return .partOfArrived(part) }
      return Quantity.number(text).map(Bound.value)
    }
  }

  private static func examples(_ figure: Figure) -> String {
    switch figure.unit {
    case .seconds: "a bound such as \"< 200ms\", or \"<= 1.2x\" for a multiple of what it is unloaded"
    case .part: "a bound such as \">= 95 %\""
    case .requests: "a bound such as \"== 0\" or \"< 1 %\" of what arrived"
    }
  }
}
