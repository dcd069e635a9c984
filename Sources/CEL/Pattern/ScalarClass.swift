/// A set of characters, as Unicode scalars.
struct ScalarClass: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  /// General categories, by the name of RE2: `L`, `Lu`, `N`; each with whether it is negated.
  var categories: [(name: String, negated: Bool)] = []
  var isNegated = false
  var ignoresCase = false

  init(_ ranges: [ClosedRange<UInt32>] = [], ignoresCase: Bool = false) {
    self.ranges = ranges
    self.ignoresCase = ignoresCase
  }

  init(_ scalar: Unicode.Scalar, ignoresCase: Bool = false) { self.init([scalar.value...scalar.value], ignoresCase: ignoresCase) }

  func contains(_ scalar: Unicode.Scalar) -> Bool { found(scalar) != isNegated }

  private func found(_ scalar: Unicode.Scalar) -> Bool {
    if holds(scalar) { return true }
    guard ignoresCase else { return false }
    return Self.single(scalar.properties.lowercaseMapping).map(holds) ?? false
      || Self.single(scalar.properties.uppercaseMapping).map(holds) ?? false
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    for range in ranges where range.contains(scalar.value) { return true }
    guard !categories.isEmpty else { return false }
    let category = Self.code(scalar.properties.generalCategory)
    return categories.contains { category.hasPrefix($0.name) != $0.negated }
  }

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }

  /// The complement, as ranges: for `\D` inside of a class.
  static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return result
  }

  static func range(_ first: Unicode.Scalar, _ last: Unicode.Scalar) -> ClosedRange<UInt32> { first.value...last.value }

  static let digits = [range("0", "9")]
  static let word = [range("0", "9"), range("A", "Z"), range("_", "_"), range("a", "z")]
  static let space = [range("\t", "\n"), range("\u{C}", "\r"), range(" ", " ")]

  /// The classes `[:name:]`.
  static let posix: [String: [ClosedRange<UInt32>]] = [
    "alnum": [range("0", "9"), range("A", "Z"), range("a", "z")], "alpha": [range("A", "Z"), range("a", "z")],
    "ascii": [0...0x7F], "blank": [range("\t", "\t"), range(" ", " ")], "cntrl": [0...0x1F, 0x7F...0x7F], "digit": digits,
    "graph": [range("!", "~")], "lower": [range("a", "z")], "print": [range(" ", "~")],
    "punct": [range("!", "/"), range(":", "@"), range("[", "`"), range("{", "~")],
    "space": [range("\t", "\r"), range(" ", " ")], "upper": [range("A", "Z")], "word": word,
    "xdigit": [range("0", "9"), range("A", "F"), range("a", "f")],
  ]

  static let categoryNames: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
    "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co",
  ]

  private static func code(_ category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    default: "Cn"
    }
  }
}
