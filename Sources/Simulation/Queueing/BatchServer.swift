/// One replica on virtual time: the requests of its batch progress together, each in its prefill or its decode steps, by ``BatchLaw``.
///
/// ```
///   join ──▶ prefill ──first token──▶ decode steps ──last token──▶ gone
/// ```
/// Between two events nothing of the batch changes, so every request progresses at a constant speed: looking at each of them at each
/// event is exact, whatever their lengths are.
struct BatchServer: Sendable {
  struct Item: Sendable {
    var request: Int
    /// What it adds to each iteration, in seconds.
    var share: Double
    /// The one it is in.
    var phase: BatchLaw.Phase
    /// The next one, while it is in the prefill.
    var decode: BatchLaw.Phase?
    /// Of its phase, 1 to 0.
    var remaining = 1.0
  }

  enum Progress: Sendable { case firstToken(request: Int), done(request: Int) }

  let law: BatchLaw
  private(set) var batch: [Item] = []
  private(set) var version: UInt64 = 0
  /// Seconds of an iteration with this batch.
  private var iteration = 0.0
  private var updated = 0.0
  /// Seconds × requests in the batch, since `measuredFrom`.
  private(set) var area = 0.0

  init(_ law: BatchLaw) { self.law = law }

  var hasRoom: Bool { batch.count < law.maximumBatch }

  /// - Parameter work: how much the request has to do as a multiple of what its size says; 1 but in checks against theory.
  /// - Parameter done: the part of its whole time that is behind it already, 0 to 1.
  mutating func join(_ request: Int, _ size: BatchLaw.Size, work: Double, done: Double = 0, now: Double) {
    advance(to: now)
    let prefill = law.prefillPhase(of: size).scaled(by: work)
    let decode = law.decodePhase(of: size).scaled(by: work)
    var item = Item(request: request, share: law.share(of: size), phase: prefill, decode: decode)
    if done > 0 {
      // Prefill and decode steps in proportion to their time alone.
      let first = prefill.duration(iteration: law.alpha, batch: 1)
      let second = decode.duration(iteration: law.alpha, batch: 1)
      let behind = done * (first + second)
      if behind < first {
        item.remaining = 1 - behind / first
      } else {
        (item.phase, item.decode) = (decode, nil)
        item.remaining = max(0, (first + second - behind) / second)
      }
    }
    batch.append(item)
    changed()
  }

  mutating func advance(to now: Double) {
    let elapsed = now - updated
    guard elapsed > 0 else { return }
    updated = now
    area += elapsed * Double(batch.count)
    let count = Double(batch.count)
    for index in batch.indices {
      batch[index].remaining -= elapsed / batch[index].phase.duration(iteration: iteration, batch: count)
    }
  }

  /// When the next request ends its phase.
  var nextProgress: Double? {
    let count = Double(batch.count)
    var least = Double.infinity
    for item in batch { least = min(least, item.remaining * item.phase.duration(iteration: iteration, batch: count)) }
    return batch.isEmpty ? nil : updated + max(0, least)
  }

  /// Ends the phase of the request that is nearest to its end: what the clock has been advanced for.
  mutating func progress() -> Progress? {
    let count = Double(batch.count)
    var (place, least) = (-1, Double.infinity)
    for (index, item) in batch.enumerated() {
      let left = item.remaining * item.phase.duration(iteration: iteration, batch: count)
      if left < least { (place, least) = (index, left) }
    }
    guard place >= 0 else { return nil }
    let item = batch[place]
    if let decode = item.decode {
      batch[place].phase = decode
      batch[place].decode = nil
      batch[place].remaining = 1
      changed()
      return .firstToken(request: item.request)
    }
    batch.swapAt(place, batch.count - 1)
    batch.removeLast()
    changed()
    return .done(request: item.request)
  }

  private mutating func changed() {
    version += 1
    // A sum that is added to and taken from for long would drift.
    let load = batch.reduce(0) { $0 + $1.share }
    iteration = law.iteration(batch: Double(batch.count), load: load)
  }
}

extension BatchLaw.Phase {
  fileprivate func scaled(by work: Double) -> BatchLaw.Phase {
    BatchLaw.Phase(steps: steps * work, seconds: seconds * work, slope: slope * work)
  }
}
