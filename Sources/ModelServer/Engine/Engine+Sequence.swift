extension Engine {
  /// One request's progress.
  struct Sequence {
    enum State {
      case waiting, running, ended
    }

    let promptTokens: Int
    let outputTokens: Int
    /// The reason it will have ended for when all tokens are out.
    let finish: FinishReason
    let arrival: UInt64
    var state = State.waiting
    var generation: UInt32 = 0
    var generated = 0
    var admitted: UInt64 = 0
    var firstToken: UInt64 = 0
    var lastToken: UInt64 = 0

    init(promptTokens: Int, outputTokens: Int, finish: FinishReason, arrival: UInt64) {
      self.promptTokens = promptTokens
      self.outputTokens = outputTokens
      self.finish = finish
      self.arrival = arrival
    }

    func ended(_ reason: FinishReason, at now: UInt64) -> Finish {
      let started = state == .waiting ? now : admitted
      let first = generated > 0 ? firstToken : now
      return Finish(
        reason: reason, promptTokens: promptTokens, outputTokens: generated, total: now - arrival, queue: started - arrival,
        prefill: first - started, decode: now - first)
    }
  }
}

/// Who waits for a sequence slot: in the order of arrival, or by priority (the lower number first) and then by arrival.
struct WaitingQueue {
  private var entries: [(id: SequenceID, priority: Int)] = []
  private var head = 0
  private let byPriority: Bool

  init(byPriority: Bool) { self.byPriority = byPriority }

  var count: Int { entries.count - head }
  var first: SequenceID? { head < entries.count ? entries[head].id : nil }

  mutating func append(_ id: SequenceID, priority: Int) {
    guard byPriority, let last = entries.last, head < entries.count, last.priority > priority else {
      entries.append((id, priority))
      return
    }
    let place = entries[head...].firstIndex { $0.priority > priority } ?? entries.endIndex
    entries.insert((id, priority), at: place)
  }

  mutating func removeFirst() {
    head += 1
    // Moving what is left at most doubles the work, and keeps the memory that of the longest queue.
    if head * 2 > entries.count {
      entries.removeFirst(head)
      head = 0
    }
  }

  mutating func remove(_ id: SequenceID) {
    guard let place = entries[head...].firstIndex(where: { $0.id == id }) else { return }
    entries.remove(at: place)
  }
}
