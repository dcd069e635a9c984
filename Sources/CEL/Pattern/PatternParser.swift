/// Reads the syntax of RE2: https://github.com/google/re2/wiki/Syntax
struct PatternParser {
  struct Flags {
    var ignoresCase = false
    var multiline = false
    var dotMatchesNewline = false
    var swapsGreediness = false
  }

  /// RE2's own bound on `{n,m}`.
  static let maximumRepetition = 1000
  /// Groups nest at most this deep: the parser recurses.
  static let maximumDepth = 200

  let scalars: [Unicode.Scalar]
  var position = 0
  var flags = Flags()
  private var depth = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  func text(from start: Int) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[min(start, scalars.count)..<min(max(position, start), scalars.count)])
    return String(view)
  }

  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try alternatives()
    guard position == scalars.count else { throw PatternError("unexpected )", text(from: 0)) }
    return node
  }

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw PatternError("expression nests too deeply", text(from: 0)) }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let start = position
      if "*+?".unicodeScalars.contains(scalar) {
        position += 1
        throw PatternError("missing argument to repetition operator", text(from: start))
      }
      guard let atom = try atom() else { continue }
      nodes.append(try repeated(atom))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func repeated(_ atom: PatternNode) throws(PatternError) -> PatternNode {
    var node = atom
    var times = 0
    let start = position
    while let bounds = try quantifier() {
      times += 1
      guard times == 1 else { throw PatternError("invalid nested repetition operator", text(from: start)) }
      let lazy = take("?")
      node = .repetition(node, minimum: bounds.0, maximum: bounds.1, greedy: lazy == flags.swapsGreediness)
    }
    return node
  }

  private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    let start = position
    guard take("{") else { return nil }
    guard let minimum = number() else {
      position = start
      return nil
    }
    var maximum: Int? = minimum
    if take(",") { maximum = next == "}" ? nil : number() ?? -1 }
    guard take("}"), maximum != -1 else {
      position = start
      return nil
    }
    guard minimum <= Self.maximumRepetition, (maximum ?? minimum) <= Self.maximumRepetition, minimum <= maximum ?? minimum else {
      throw PatternError("invalid repeat count", text(from: start))
    }
    return (minimum, maximum)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, ("0"..."9").contains(scalar) {
      value = min((value ?? 0) * 10 + Int(scalar.value - 48), 100_000)
      position += 1
    }
    return value
  }

  /// One atom; `nil` for what matches nothing and cannot be repeated: `(?i)`. A `{` that is no quantifier is itself.
  private mutating func atom() throws(PatternError) -> PatternNode? {
    let scalar = scalars[position]
    switch scalar {
    case "(": return try group()
    case "[": return .scalars(try bracket())
    case "\\": return try escape()
    case ".":
      position += 1
      return .scalars(ScalarClass(flags.dotMatchesNewline ? [0...0x10FFFF] : [0...9, 11...0x10FFFF]))
    case "^":
      position += 1
      return .assertion(flags.multiline ? .lineStart : .textStart)
    case "$":
      position += 1
      return .assertion(flags.multiline ? .lineEnd : .textEnd)
    default:
      let start = position
      if let bounds = try quantifier() {
        _ = bounds
        throw PatternError("missing argument to repetition operator", text(from: start))
      }
      position = start + 1
      return .scalars(ScalarClass(scalar, ignoresCase: flags.ignoresCase))
    }
  }

  private mutating func group() throws(PatternError) -> PatternNode? {
    let start = position
    position += 1
    let outer = flags
    if take("?") {
      if take("P") || next == "<" {
        guard take("<"), name() else { throw PatternError("invalid named capture", text(from: start)) }
      } else {
        guard try groupFlags(from: start) else { return nil }
      }
    }
    let node = try alternatives()
    guard take(")") else { throw PatternError("missing closing )", text(from: 0)) }
    flags = outer
    return node
  }

  private mutating func name() -> Bool {
    let start = position
    while let scalar = next, ScalarClass(ScalarClass.word).contains(scalar) { position += 1 }
    return position > start && take(">")
  }

  /// Reads `i-s:` or `i)`; whether a group follows.
  private mutating func groupFlags(from start: Int) throws(PatternError) -> Bool {
    var on = true
    while let scalar = next {
      position += 1
      switch scalar {
      case "i": flags.ignoresCase = on
      case "m": flags.multiline = on
      case "s": flags.dotMatchesNewline = on
      case "U": flags.swapsGreediness = on
      case "-": on = false
      case ":": return true
      case ")": return false
      default: throw PatternError("invalid or unsupported Perl syntax", text(from: start))
      }
    }
    throw PatternError("missing closing )", text(from: start))
  }
}
