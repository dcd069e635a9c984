/// Runs a pattern over a text: Pike's simulation, every state at once, in order of preference.
struct PatternMatcher {
  private struct Thread {
    let instruction: Int
    let start: Int
  }

  private let instructions: [PatternInstruction]
  private let text: [Unicode.Scalar]
  /// For each instruction, the step in which it was last added: no state is added twice in one step.
  private var added: [Int]
  private var step = 0

  init(_ instructions: [PatternInstruction], _ text: [Unicode.Scalar]) {
    self.instructions = instructions
    self.text = text
    added = Array(repeating: -1, count: instructions.count)
  }

  /// The leftmost match at or after `start`, the preferred one of those that begin there.
  ///
  /// - Parameter shortest: any match will do.
  mutating func find(from start: Int, shortest: Bool) -> Range<Int>? {
    var threads: [Thread] = []
    var found: Range<Int>?
    var position = start
    while true {
      step += 1
      var current: [Thread] = []
      for thread in threads { add(thread, at: position, to: &current) }
      if found == nil { add(Thread(instruction: 0, start: position), at: position, to: &current) }
      threads = []
      preference: for thread in current {
        switch instructions[thread.instruction] {
        case .match:
          found = thread.start..<position
          if shortest { return found }
          // The threads after it are less preferred.
          break preference
        case .scalars(let set) where position < text.count && set.contains(text[position]):
          threads.append(Thread(instruction: thread.instruction + 1, start: thread.start))
        default: continue
        }
      }
      if position >= text.count || (threads.isEmpty && found != nil) { return found }
      position += 1
    }
  }

  /// Follows forks and assertions from a thread to the instructions that consume or match.
  private mutating func add(_ thread: Thread, at position: Int, to list: inout [Thread]) {
    var pending = [thread.instruction]
    while let instruction = pending.popLast() {
      guard added[instruction] != step else { continue }
      added[instruction] = step
      switch instructions[instruction] {
      case .jump(let target): pending.append(target)
      case .fork(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assertion(let assertion):
        if holds(assertion, at: position) { pending.append(instruction + 1) }
      case .scalars, .match: list.append(Thread(instruction: instruction, start: thread.start))
      }
    }
  }

  private func holds(_ assertion: PatternAssertion, at position: Int) -> Bool {
    switch assertion {
    case .textStart: position == 0
    case .textEnd: position == text.count
    case .lineStart: position == 0 || text[position - 1] == "\n"
    case .lineEnd: position == text.count || text[position] == "\n"
    case .wordBoundary: isWord(position - 1) != isWord(position)
    case .noWordBoundary: isWord(position - 1) == isWord(position)
    }
  }

  private func isWord(_ position: Int) -> Bool {
    guard text.indices.contains(position) else { return false }
    switch text[position] {
    case "0"..."9", "A"..."Z", "_", "a"..."z": return true
    default: return false
    }
  }
}
