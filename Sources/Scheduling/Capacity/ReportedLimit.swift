/// The number of slots of a backend that reports its own state.
///
/// ```
///   silent ──report──▶ fresh ──no report for several intervals──▶ silent (the inferred limit decides)
/// ```
/// While fresh, from the last report: a queue at the server, or a cache near full, means full: no more than it has. Otherwise
/// the maximum that the server states, less what others (another proxy) have there; without a stated maximum, a growing
/// limit, fast until the first queue was seen there, then one by one. Between reports, what was handed over since then counts
/// against the limit, because the limit counts slots in use and not what the server has seen.
package struct ReportedLimit: Sendable, Equatable {
  private static let growth = 1.5
  /// A limit grows when this part of it is in use.
  private static let used = 0.8

  package private(set) var limit: Int?
  package private(set) var reason = LimitReason.reportedRoom
  private var receivedAt = MonotonicTime.zero
  private var interval = MovingAverage(horizon: 8)
  private var previousWaiting = 0
  private var previousForeign: Int?
  private var queueSeen = false

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

    if report.waiting > 0 {
      queueSeen = true
      set(min(maximum, max(0, inUse - lastingQueue)), .reportedQueue)
    } else if report.kvCacheUsage >= settings.fullCache {
      set(min(maximum, inUse), .reportedCache)
    } else if report.maximumSequences != nil {
      set(maximum, .reportedMaximum)
    } else {
      set(grown(report, inUse: inUse, foreign: foreign, settings), .reportedRoom)
    }
  }

  private func grown(_ report: BackendReport, inUse: Int, foreign: Int, _ settings: SchedulerSettings) -> Int {
    let present = max(limit ?? 0, settings.initialLimit, inUse)
    guard Double(inUse) >= Self.used * Double(present) else { return present }
    let next = queueSeen ? present + 1 : max(present + 1, Int(Double(present) * Self.growth))
    guard report.running > 0, report.kvCacheUsage > 0 else { return min(next, settings.maximumLimit) }
    let fitsInCache = Int(Double(report.running) * settings.fullCache / report.kvCacheUsage) - foreign
    return min(next, max(inUse, fitsInCache), settings.maximumLimit)
  }

  private mutating func set(_ limit: Int, _ reason: LimitReason) {
    self.limit = limit
    self.reason = reason
  }
}
