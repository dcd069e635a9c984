/// The number of slots of a backend that reports its own state.
///
/// ```
///   silent ──report──▶ fresh ──no report for several intervals──▶ silent (the inferred limit decides)
///
///   fresh:  starting ──a queue at the server lasts──▶ known ──at the limit for some reports, no queue──▶ probing
///           (× 1.5)                                    ▲  ▲                                               │   │
///                                                      │  └── a queue lasts: back, and rest twice as long ┘   │
///                                                      └───── no queue: the new limit; one more, two, four … ─┘
/// ```
/// A queue that lasts reveals what the server runs at once: what it has of ours, less what waits there. That is remembered, and no
/// more is handed over until a probe shows room: whatever waits at the server has lost its priority. A server that states its
/// maximum needs no probing: it is the maximum, less what others (another proxy) have there. A cache near full means full.
/// Between reports, what was handed over since then counts against the limit, because the limit counts slots in use and not
/// what the server has seen.
package struct ReportedLimit: Sendable, Equatable {
  private static let growth = 1.5
  /// A limit grows at the start when this part of it is in use.
  private static let used = 0.8
  /// Reports at the limit and without a queue before more is tried: at first, while it goes well, and at most.
  private static let (rest, restWhileProbing, longestRest) = (4, 2, 64)
  /// A capacity that moved by more than this part is news: probing starts anew.
  private static let moved = 0.125

  /// Slots now.
  package private(set) var limit: Int?
  package private(set) var reason = LimitReason.reportedRoom
  /// Slots as long as no queue is seen.
  private var held = 0
  private var receivedAt = MonotonicTime.zero
  private var interval = MovingAverage(horizon: 8)
  private var previousWaiting = 0
  private var previousForeign: Int?
  /// The capacity that the last queue revealed; `nil` before the first one.
  private var known: Int?
  private var step = 1
  private var restNow = Self.rest
  /// Reports at the limit without a queue since the limit was last changed.
  private var quiet = 0
  /// What the server ran of ours when the limit was last raised. Until it runs more, the raise has shown nothing: the requests are still
  /// on their way there.
  private var runningAtRaise: Int?

  package init() {}

  /// When the last report stops to count; `nil` while nothing says how often reports come.
  package func staleAt(intervals: Double, reference: Double?) -> MonotonicTime? {
    guard limit != nil else { return .zero }
    let unit = max(interval.value ?? 0, reference ?? 0)
    return unit > 0 ? receivedAt.advanced(bySeconds: unit * intervals) : nil
  }

  /// - Parameter inUse: our own requests there, now.
  package mutating func update(_ report: BackendReport, inUse: Int, settings: SchedulerSettings, now: MonotonicTime) {
    if limit != nil { interval.add(now.seconds(since: receivedAt)) }
    receivedAt = now
    // A report is a moment old: what seems foreign only once, or waits only once, may be our own last handover on its way.
    let foreignNow = max(0, report.running + report.waiting - inUse)
    let foreign = min(foreignNow, previousForeign ?? foreignNow)
    previousForeign = foreignNow
    let lastingQueue = min(report.waiting, previousWaiting)
    previousWaiting = report.waiting
    let maximum = report.maximumSequences.map { max(0, $0 - foreign) } ?? settings.maximumLimit

    if lastingQueue > 0 {
      // What runs there is never too much, even if the queue of the report has drained since.
      let room = max(1, report.running - foreign, inUse - lastingQueue)
      learn(room)
      set(min(maximum, room), .reportedQueue)
    } else if report.waiting > 0 {
      quiet = 0
      set(min(maximum, max(1, inUse)), .reportedQueue)
    } else if report.kvCacheUsage >= settings.fullCache {
      set(min(maximum, inUse), .reportedCache)
    } else if report.maximumSequences != nil {
      held = maximum
      set(maximum, .reportedMaximum)
    } else {
      let fits = fitsInCache(report, foreign: foreign, settings)
      grow(inUse: inUse, running: min(inUse, max(0, report.running - foreign)), most: min(max(inUse, fits), maximum), settings)
      set(held, .reportedRoom)
    }
  }

  // MARK: Without a stated maximum

  /// A queue has lasted: the server runs so many of ours and no more.
  private mutating func learn(_ room: Int) {
    let isNews = known.map { Double(abs(room - $0)) > max(1, Self.moved * Double($0)) } ?? true
    // The queue of one probe is seen in several reports, and tells once that it failed.
    if isNews { restNow = Self.rest } else if held > room { restNow = min(2 * restNow, Self.longestRest) }
    (known, held, step, quiet, runningAtRaise) = (room, room, 1, 0, nil)
  }

  private mutating func grow(inUse: Int, running: Int, most: Int, _ settings: SchedulerSettings) {
    guard known != nil else {
      let present = max(held, settings.initialLimit, inUse)
      held = present
      guard Double(inUse) >= Self.used * Double(present), runningAtRaise.map({ running > $0 }) ?? true else { return }
      return raise(to: min(max(present + 1, Int(Double(present) * Self.growth)), most), running: running)
    }
    guard inUse >= held else { return }
    quiet += 1
    let isProbing = known.map { held > $0 } ?? false
    guard quiet >= (isProbing ? Self.restWhileProbing : restNow), runningAtRaise.map({ running > $0 }) ?? true else { return }
    if isProbing {
      // The probe found room: more at a time, and sooner.
      (known, step, restNow) = (held, 2 * step, Self.rest)
    }
    raise(to: min(held + step, most), running: running)
  }

  private mutating func raise(to next: Int, running: Int) {
    guard next > held else { return }
    (held, quiet, runningAtRaise) = (next, 0, running)
  }

  private func fitsInCache(_ report: BackendReport, foreign: Int, _ settings: SchedulerSettings) -> Int {
    guard report.running > 0, report.kvCacheUsage > 0 else { return settings.maximumLimit }
    return Int(min(Double(report.running) * settings.fullCache / report.kvCacheUsage, Double(settings.maximumLimit))) - foreign
  }

  private mutating func set(_ limit: Int, _ reason: LimitReason) {
    self.limit = limit
    self.reason = reason
  }
}
