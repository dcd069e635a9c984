/// One instruction of the automaton.
enum PatternInstruction: Sendable {
  /// Consumes one character of the class.
  case scalars(ScalarClass)
  case assertion(PatternAssertion)
  /// Goes on at both places, the first preferred.
  case fork(Int, Int)
  case jump(Int)
  case match
}

/// Translates a pattern into instructions (Thompson's construction).
struct PatternCompiler {
  /// RE2 refuses larger programs too; also a bound on the work for each character of a text.
  static let maximumInstructions = 20_000

  private var instructions: [PatternInstruction] = []

  mutating func compile(_ node: PatternNode) throws(PatternError) -> [PatternInstruction] {
    try emit(node)
    instructions.append(.match)
    return instructions
  }

  private mutating func emit(_ node: PatternNode) throws(PatternError) {
    guard instructions.count < Self.maximumInstructions else { throw PatternError("expression too large", "") }
    switch node {
    case .empty: break
    case .scalars(let set): instructions.append(.scalars(set))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .sequence(let nodes):
      for node in nodes { try emit(node) }
    case .alternatives(let nodes): try emitAlternatives(nodes)
    case .repetition(let node, let minimum, let maximum, let greedy):
      for _ in 0..<minimum { try emit(node) }
      if let maximum {
        try emitOptional(node, times: maximum - minimum, greedy: greedy)
      } else {
        try emitLoop(node, greedy: greedy)
      }
    }
  }

  private mutating func emitAlternatives(_ nodes: [PatternNode]) throws(PatternError) {
    var jumps: [Int] = []
    for node in nodes.dropLast() {
      let fork = reserve()
      try emit(node)
      jumps.append(reserve())
      instructions[fork] = .fork(fork + 1, instructions.count)
    }
    if let last = nodes.last { try emit(last) }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  private mutating func emitOptional(_ node: PatternNode, times: Int, greedy: Bool) throws(PatternError) {
    var forks: [Int] = []
    for _ in 0..<max(0, times) {
      forks.append(reserve())
      try emit(node)
    }
    for fork in forks { setFork(fork, to: fork + 1, else: instructions.count, greedy: greedy) }
  }

  private mutating func emitLoop(_ node: PatternNode, greedy: Bool) throws(PatternError) {
    let fork = reserve()
    try emit(node)
    instructions.append(.jump(fork))
    setFork(fork, to: fork + 1, else: instructions.count, greedy: greedy)
  }

  private mutating func reserve() -> Int {
    instructions.append(.match)
    return instructions.count - 1
  }

  private mutating func setFork(_ fork: Int, to body: Int, else end: Int, greedy: Bool) {
    instructions[fork] = greedy ? .fork(body, end) : .fork(end, body)
  }
}
