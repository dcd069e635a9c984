/// Names a sequence of an ``Engine``; the name of an ended one is never mistaken for a later one's.
struct SequenceID: Hashable {
  let slot: Int
  let generation: UInt32
}

/// A continuous-batching engine on virtual time: who runs, who waits, and when each token comes. Knows no clock and no socket.
///
///     submit ─▶ waiting (FCFS, or by priority) ─ a free sequence slot and KV cache ─▶ prefill (one at a time) ─▶ decoding ─▶ finished
///                  └─────────────────────────────── cancel ────────────────────────────────────┴─▶ aborted
///
/// Every running sequence has one event in a heap, its next token; the step to the token after depends on how many run then.
/// Times are nanoseconds of engine time, which the shell maps to the wall clock. Late calls change nothing: events are worked off
/// at the times they were due, so a loaded machine delays what is seen but not what is simulated.
struct Engine {
  struct Settings {
    var latency: LatencyModel
    /// `--max-num-seqs`: sequences that run at a time.
    var maximumSequences: Int
    /// Waiting and running together; `nil` for no limit.
    var maximumQueued: Int?
    var isPriorityScheduling: Bool
    /// Tokens that fit the KV cache.
    var cacheTokens: Int
    /// Relative standard deviation of the latencies.
    var jitter: Double
    /// Everything takes this many times as long.
    var slowFactor: Double
  }

  enum FinishReason: String, CaseIterable {
    case stop, length, abort, error, repetition
  }

  enum Event {
    /// The sequence left the queue, after so many nanoseconds.
    case scheduled(waited: UInt64)
    /// A token, the `index`-th from 0, so many nanoseconds after the one before it or, for the first, after the arrival.
    case token(index: Int, gap: UInt64)
    case finished(Finish)
  }

  /// How a sequence ended, with the nanoseconds it spent in each phase.
  struct Finish {
    var reason: FinishReason
    var promptTokens: Int
    var outputTokens: Int
    var total: UInt64
    var queue: UInt64
    var prefill: UInt64
    var decode: UInt64
  }

  var settings: Settings
  private(set) var now: UInt64 = 0
  private(set) var running = 0
  /// Tokens that occupy the KV cache.
  private(set) var cachedTokens = 0
  private var reservedTokens = 0
  private var prefillFreeAt: UInt64 = 0
  private var sequences: [Sequence] = []
  private var free: [Int] = []
  private var queue: WaitingQueue
  private var heap = EventHeap()
  private var random: SeededGenerator

  init(settings: Settings, seed: UInt64) {
    self.settings = settings
    queue = WaitingQueue(byPriority: settings.isPriorityScheduling)
    random = SeededGenerator(seed: seed)
  }

  var waiting: Int { queue.count }
  var cacheUse: Double { Double(cachedTokens) / Double(max(settings.cacheTokens, 1)) }
  /// When the next token is due; `nil` when nothing runs.
  var nextDue: UInt64? { heap.first?.due }
}

// MARK: Life of a sequence

extension Engine {
  typealias Handler = (SequenceID, Event) -> Void

  /// `nil` when the queue is full. Call ``advance(to:_:)`` first, and again afterwards.
  mutating func submit(promptTokens: Int, outputTokens: Int, isLength: Bool, priority: Int, at time: UInt64, _ handler: Handler)
    -> SequenceID?
  {
    advance(to: time, handler)
    if let limit = settings.maximumQueued, running + waiting >= limit { return nil }
    let sequence = Sequence(
      promptTokens: promptTokens, outputTokens: max(1, outputTokens), finish: isLength ? .length : .stop, arrival: now)
    let id: SequenceID
    if let slot = free.popLast() {
      let generation = sequences[slot].generation &+ 1
      sequences[slot] = sequence
      sequences[slot].generation = generation
      id = SequenceID(slot: slot, generation: generation)
    } else {
      sequences.append(sequence)
      id = SequenceID(slot: sequences.count - 1, generation: 0)
    }
    queue.append(id, priority: priority)
    admit(handler)
    return id
  }

  /// Ends a sequence before its last token; one that has ended already is left alone.
  mutating func cancel(_ id: SequenceID, at time: UInt64, reason: FinishReason = .abort, _ handler: Handler) {
    advance(to: time, handler)
    guard isCurrent(id) else { return }
    if sequences[id.slot].state == .waiting { queue.remove(id) }
    finish(id, reason, handler)
    admit(handler)
  }

  /// Works off everything that is due up to `time`, in the order in which it is due.
  mutating func advance(to time: UInt64, _ handler: Handler) {
    while let event = heap.first, event.due <= time {
      _ = heap.popFirst()
      guard isCurrent(event.sequence) else { continue }
      now = max(now, event.due)
      produce(event.sequence, handler)
    }
    now = max(now, time)
  }

  private func isCurrent(_ id: SequenceID) -> Bool {
    sequences[id.slot].generation == id.generation && sequences[id.slot].state != .ended
  }

  private mutating func admit(_ handler: Handler) {
    while running < settings.maximumSequences, let id = queue.first {
      let tokens = sequences[id.slot].promptTokens + sequences[id.slot].outputTokens
      // A sequence larger than the whole cache runs alone; refusing it for ever would stop the queue.
      guard running == 0 || reservedTokens + tokens <= settings.cacheTokens else { return }
      queue.removeFirst()
      running += 1
      reservedTokens += tokens
      cachedTokens += sequences[id.slot].promptTokens
      sequences[id.slot].state = .running
      sequences[id.slot].admitted = now
      handler(id, .scheduled(waited: now - sequences[id.slot].arrival))
      prefillFreeAt = max(prefillFreeAt, now) + nanoseconds(settings.latency.prefill(promptTokens: sequences[id.slot].promptTokens))
      heap.push(.init(due: prefillFreeAt + nanoseconds(settings.latency.iteration(batch: running)), sequence: id))
    }
  }

  private mutating func produce(_ id: SequenceID, _ handler: Handler) {
    let index = sequences[id.slot].generated
    let gap = now - (index == 0 ? sequences[id.slot].arrival : sequences[id.slot].lastToken)
    sequences[id.slot].generated += 1
    sequences[id.slot].lastToken = now
    if index == 0 { sequences[id.slot].firstToken = now }
    cachedTokens += 1
    handler(id, .token(index: index, gap: gap))
    // The handler may have asked for an end by a flag of the shell, never by a call back: the sequence is still here.
    if sequences[id.slot].generated == sequences[id.slot].outputTokens {
      finish(id, sequences[id.slot].finish, handler)
      admit(handler)
    } else {
      heap.push(.init(due: now + nanoseconds(settings.latency.step(batch: running)), sequence: id))
    }
  }

  private mutating func finish(_ id: SequenceID, _ reason: FinishReason, _ handler: Handler) {
    let sequence = sequences[id.slot]
    if sequence.state == .running {
      running -= 1
      reservedTokens -= sequence.promptTokens + sequence.outputTokens
      cachedTokens -= sequence.promptTokens + sequence.generated
    }
    sequences[id.slot].state = .ended
    free.append(id.slot)
    handler(id, .finished(sequence.ended(reason, at: now)))
  }

  /// Milliseconds of the model as nanoseconds with jitter, never less than a tenth.
  private mutating func nanoseconds(_ milliseconds: Double) -> UInt64 {
    let factor = settings.jitter > 0 ? max(0.1, 1 + settings.jitter * random.normal()) : 1
    return UInt64(max(0, milliseconds * settings.slowFactor * factor * 1e6))
  }
}
