import Scheduling

/// A model server on virtual time.
///
/// All requests of the batch progress at one speed, which depends on how many they are; so a request is done when the batch's
/// own clock, which runs at that speed, reaches its mark. Joining, leaving and finishing cost O(log n).
///
/// ```
///   start ──batch full──▶ queued ──a place is free──▶ first token due ──▶ last token due ──▶ done
///     └───────────────────────────────────────────────▶
/// ```
struct SimulatedServer: Sendable {
  struct Item: Sendable {
    var request: Int
    var attempt: Int
    /// Seconds of work alone until the first token, and from there to the last.
    var first: Double
    var rest: Double
    /// On the batch's clock.
    var mark = 0.0
    var hasFirstToken = false
  }

  enum Progress: Sendable { case firstToken(Item), done(Item) }

  let model: ServerModel
  private(set) var version: UInt64 = 0
  private var batch = BinaryHeap<Item> { $0.mark != $1.mark ? $0.mark < $1.mark : $0.request < $1.request }
  private var queue: [Item] = []
  private(set) var running = 0
  private var clock = 0.0
  private var updated = MonotonicTime.zero
  var slowFactor = 1.0
  var errorRate = 0.0
  var isGone = false
  var isRemoved = false
  /// Seconds × requests in the batch.
  private(set) var busy = 0.0
  /// Seconds × requests in the queue.
  private(set) var queued = 0.0

  init(_ model: ServerModel) { self.model = model }

  var waiting: Int { queue.count }

  private var speed: Double { 1 / (slowFactor * (1 + model.slowdown * Double(max(0, running - 1)))) }

  /// Brings the batch's clock to `now`: before anything changes.
  mutating func advance(to now: MonotonicTime) {
    let elapsed = now.seconds(since: updated)
    updated = max(updated, now)
    busy += elapsed * Double(running)
    queued += elapsed * Double(queue.count)
    if running > 0 { clock += elapsed * speed }
  }

  mutating func start(_ item: Item) {
    version += 1
    if running < model.maximumSequences { join(item) } else { queue.append(item) }
  }

  /// When the next request progresses.
  var nextProgress: MonotonicTime? {
    batch.first.map { updated.advanced(bySeconds: max(0, $0.mark - clock) / speed).advanced(by: .nanoseconds(1)) }
  }

  /// A request whose mark the clock has passed.
  mutating func progress() -> Progress? {
    guard let next = batch.first, next.mark <= clock + 1e-12, var item = batch.pop() else { return nil }
    version += 1
    if item.hasFirstToken {
      leave()
      return .done(item)
    }
    item.hasFirstToken = true
    item.mark += item.rest
    batch.insert(item)
    return .firstToken(item)
  }

  /// A request leaves before its end.
  mutating func drop(_ request: Int) {
    version += 1
    if let place = queue.firstIndex(where: { $0.request == request }) {
      queue.remove(at: place)
    } else {
      batch.removeAll { $0.request == request }
      leave()
    }
  }

  /// Everything is lost; returns what was there.
  mutating func crash() -> [Item] {
    version += 1
    var lost: [Item] = []
    while let item = batch.pop() { lost.append(item) }
    lost += queue
    queue = []
    running = 0
    return lost.sorted { $0.request < $1.request }
  }

  mutating func changed() { version += 1 }

  private mutating func join(_ item: Item) {
    var item = item
    item.mark = clock + item.first
    batch.insert(item)
    running += 1
  }

  private mutating func leave() {
    running -= 1
    if !queue.isEmpty { join(queue.removeFirst()) }
  }
}
