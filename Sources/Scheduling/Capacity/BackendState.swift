/// One backend of the pool as the scheduler sees it: plain numbers, its name and address are kept apart. What is asked of it on every
/// decision is inlined: to call a method, an array hands out a copy of so large a value.
///
/// ```
///   absent ──update──▶ in service ──removed by update──▶ draining ──last request ends──▶ absent (its index is free again)
///                          ▲                                │
///                          └────────── named again ─────────┘
/// ```
struct BackendState: Sendable {
  var draining = false
  /// Nothing is left of it but its index.
  private(set) var isGone = false
  var inUse = 0
  /// In tokens.
  var workInFlight = 0
  var dispatched: UInt64 = 0
  /// Its part of the hash that ranks backends for a prompt.
  var affinityKey: UInt64 = 0
  /// Requests in flight whose answer has begun.
  var begun = 0
  /// The moments at which the requests in flight were handed over, added up; it wraps, and so does the difference to now.
  var dispatchMoments: UInt64 = 0
  /// Attempts that failed since the last one that did not.
  var failuresInARow = 0
  var inferred: ConcurrencyLimit
  var reported = ReportedLimit()
  /// `nil` while nobody else uses the backend.
  var part: BackendPart?
  /// When the report stops to count.
  var reportedUntil: MonotonicTime? = .zero
  /// Latency with the answer's length taken out, in seconds: this backend's own normal.
  var baseline = MovingAverage(horizon: 128, clip: 2)
  /// The same, of the last few answers.
  var recent = MovingAverage(horizon: 8, clip: 64)

  init(settings: SchedulerSettings) {
    inferred = ConcurrencyLimit(initial: settings.initialLimit, maximum: settings.maximumLimit)
  }

  /// A request of so many tokens is handed over.
  @inline(__always) mutating func began(cost: Int, _ now: MonotonicTime) {
    inUse += 1
    dispatchMoments &+= now.nanoseconds
    workInFlight += cost
    dispatched += 1
  }

  /// A request does not run here any more.
  @inline(__always) mutating func ended(_ entry: TicketEntry) {
    inUse -= 1
    workInFlight -= entry.cost
    dispatchMoments &-= entry.dispatched.nanoseconds
    if entry.firstToken != nil { begun -= 1 }
  }

  /// The last request of a removed backend has ended.
  mutating func leave(_ settings: SchedulerSettings) {
    self = BackendState(settings: settings)
    (draining, isGone) = (true, true)
  }

  @inline(__always) func usesReport(_ source: SchedulingPolicy.CapacitySource, _ now: MonotonicTime) -> Bool {
    source != .inferred && reported.limit != nil && (reportedUntil.map { $0 > now } ?? true)
  }

  /// Slots that this scheduler may fill.
  @inline(__always) func limit(_ source: SchedulingPolicy.CapacitySource, _ now: MonotonicTime) -> Int {
    if draining { return 0 }
    return part?.slots ?? wholeLimit(source, now)
  }

  /// Slots of the server, whoever fills them.
  @inline(__always) func wholeLimit(_ source: SchedulingPolicy.CapacitySource, _ now: MonotonicTime) -> Int {
    usesReport(source, now) ? reported.limit ?? 0 : inferred.limit
  }

  /// Requests of this scheduler and of those that it shares the server with.
  @inline(__always) var inUseByAll: Int { inUse + (part?.elsewhere ?? 0) }

  @inline(__always) func hasFreeSlot(_ source: SchedulingPolicy.CapacitySource, _ now: MonotonicTime) -> Bool { inUse < limit(source, now) }

  func limitReason(_ source: SchedulingPolicy.CapacitySource, _ now: MonotonicTime) -> LimitReason {
    usesReport(source, now) ? reported.reason : inferred.reason
  }

  /// Whether every slot of the inferred limit holds a request of ours whose answer has begun: of others' nobody can say.
  @inline(__always) var allHaveBegun: Bool { begun >= inUse && inUse >= inferred.limit }

  /// The slots to expect in a service time: a limit that is still growing will have grown.
  @inline(__always) func expectedLimit(_ source: SchedulingPolicy.CapacitySource, _ now: MonotonicTime) -> Int {
    let limit = limit(source, now)
    return !usesReport(source, now) && inferred.isGrowing ? 2 * limit : limit
  }

  /// How long the requests in flight have been there, on average, in seconds.
  @inline(__always) func meanAge(_ now: MonotonicTime) -> Double {
    inUse > 0 ? Double(UInt64(inUse) &* now.nanoseconds &- dispatchMoments) * 1e-9 / Double(inUse) : 0
  }

  @inline(__always) var load: Load { Load(workInFlight: workInFlight, inUse: inUse, dispatched: dispatched) }

  /// What backends are compared by.
  struct Load: Sendable {
    var workInFlight: Int
    var inUse: Int
    var dispatched: UInt64

    /// Less work first; of equals the one that was chosen less often, so that an idle pool is used in turn.
    func precedes(_ other: Load) -> Bool {
      if workInFlight != other.workInFlight { return workInFlight < other.workInFlight }
      return inUse != other.inUse ? inUse < other.inUse : dispatched < other.dispatched
    }
  }
}
