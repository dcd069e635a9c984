/// The keys that wait for a worker: each at most once, none worked on twice at a time, failed ones later and later.
///
/// ```
///            add ──▶ dirty+ready ──next──▶ processing ──done──▶ (gone)
///                       ▲   ▲                  │ add: dirty        │
///    add(after:) ─▶ delayed  └──── done ◀──────┘ (again, once) ◀───┘
/// ```
/// Time is a parameter: monotonic, from any origin that stays the same.
package struct WorkQueue<Key: Hashable & Sendable>: Sendable {
  private var ready: [Key] = []
  /// The index of the first key in `ready` that has not been given out.
  private var head = 0
  /// Keys that need work: all of `ready`, and those of `processing` that changed meanwhile.
  private var dirty: Set<Key> = []
  private var processing: Set<Key> = []
  private var due: [Key: Duration] = [:]
  private var delayed = Heap()
  private var failures: [Key: Int] = [:]
  private let backoff: Backoff

  package init(backoff: Backoff = .workQueue) { self.backoff = backoff }

  /// Keys that wait for a worker now.
  package var readyCount: Int { ready.count - head }
  /// Keys that wait for their time.
  package var delayedCount: Int { due.count }
  package var processingCount: Int { processing.count }

  /// The key needs work as soon as a worker is free.
  package mutating func add(_ key: Key) {
    guard dirty.insert(key).inserted else { return }
    if !processing.contains(key) { ready.append(key) }
  }

  /// The key needs work after a while; of several times the earliest counts.
  package mutating func add(_ key: Key, after delay: Duration, now: Duration) {
    guard delay > .zero else { return add(key) }
    let time = now + delay
    if let earlier = due[key], earlier <= time { return }
    due[key] = time
    delayed.push(time, key)
  }

  /// The key failed: it comes back after its own backoff, which is returned.
  ///
  /// - Parameter random: in 0..<1.
  @discardableResult
  package mutating func retry(_ key: Key, now: Duration, random: Double) -> Duration {
    let delay = backoff.delay(failures[key, default: 0], random: random)
    failures[key, default: 0] += 1
    add(key, after: delay, now: now)
    return delay
  }

  /// The key succeeded: its next failure starts over.
  package mutating func forget(_ key: Key) { failures[key] = nil }

  package func failureCount(_ key: Key) -> Int { failures[key] ?? 0 }

  /// A key to work on, oldest first; it is the caller's until ``done(_:)``.
  package mutating func next(now: Duration) -> Key? {
    promote(now: now)
    guard head < ready.count else { return nil }
    let key = ready[head]
    head += 1
    if head > 64, head * 2 > ready.count {
      ready.removeFirst(head)
      head = 0
    }
    dirty.remove(key)
    processing.insert(key)
    return key
  }

  /// The worker is through with the key; if it was added meanwhile it is ready again.
  package mutating func done(_ key: Key) {
    processing.remove(key)
    if dirty.contains(key) { ready.append(key) }
  }

  /// When the next delayed key is due; `nil` when none is delayed.
  package var nextDue: Duration? {
    mutating get {
      while let first = delayed.first {
        if due[first.key] == first.time { return first.time }
        delayed.pop()
      }
      return nil
    }
  }

  private mutating func promote(now: Duration) {
    while let time = nextDue, time <= now, let first = delayed.first {
      delayed.pop()
      due[first.key] = nil
      add(first.key)
    }
  }
}

extension WorkQueue {
  /// A binary heap of times; of equal times the one pushed first comes first.
  private struct Heap: Sendable {
    struct Entry: Sendable {
      let time: Duration
      let order: Int
      let key: Key

      func isBefore(_ other: Entry) -> Bool { time != other.time ? time < other.time : order < other.order }
    }

    private var entries: [Entry] = []
    private var pushed = 0

    var first: Entry? { entries.first }

    mutating func push(_ time: Duration, _ key: Key) {
      entries.append(Entry(time: time, order: pushed, key: key))
      pushed += 1
      var child = entries.count - 1
      while child > 0 {
        let parent = (child - 1) / 2
        guard entries[child].isBefore(entries[parent]) else { break }
        entries.swapAt(child, parent)
        child = parent
      }
    }

    mutating func pop() {
      guard let last = entries.popLast(), !entries.isEmpty else { return }
      entries[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && entries[child].isBefore(entries[least]) {
          least = child
        }
        guard least != parent else { return }
        entries.swapAt(parent, least)
        parent = least
      }
    }
  }
}
