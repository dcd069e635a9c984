/// One request in the ticket table.
///
/// ```
///   free ──submit──▶ waiting ──next──▶ running ──finish, cancel──▶ free
///                       │                │  ▲
///                 cancel, eviction     retry next
///                       ▼                ▼  │
///                     free             returned ──cancel, eviction──▶ free
/// ```
struct TicketEntry: Sendable {
  enum Place: UInt8, Sendable {
    case free
    /// In its tenant's list.
    case waiting
    /// Waiting again after a failed attempt: ahead of its tier, in the list of the backend that failed.
    case returned
    case running
  }

  var generation: UInt32 = 0
  var place = Place.waiting
  /// Lets a half-open breaker learn; its outcome counts where others' would not.
  var isProbe = false
  /// It lasts as long as its peers like: its duration says nothing.
  var isSession = false
  var attempts: UInt8 = 0
  var tier: Int
  /// Index of the tenant in its tier's queue.
  var tenant: UInt32 = 0
  var tenantKey: UInt64
  /// Where it runs, or ran last.
  var backend = -1
  /// Rises with every arrival: a total order even between equal times.
  var sequence: UInt64
  var arrived: MonotonicTime
  var dispatched = MonotonicTime.zero
  var firstToken: MonotonicTime?
  var promptTokens: Int
  /// Expected.
  var outputTokens: Int
  /// 0 when there is no bound.
  var maximumOutputTokens: Int
  var prefix: UInt64
  /// Estimated work in tokens, at least 1.
  var cost: Int
  var tag: UInt64
  /// The window of the backend's limiter in which it was dispatched, and the slots in use then.
  var window: UInt32 = 0
  var inUseAtDispatch = 0

  /// An attempt begins at a backend.
  @inline(__always)
  mutating func began(at backend: Int, _ now: MonotonicTime, isProbe: Bool, window: UInt32, inUse: Int) {
    self.isProbe = isProbe
    self.backend = backend
    attempts += 1
    dispatched = now
    firstToken = nil
    self.window = window
    inUseAtDispatch = inUse
  }

  /// Whether the arrival said how many tokens it is.
  var hasKnownLength: Bool { promptTokens > 0 || outputTokens > 0 }
  /// The longest the answer may be expected to get; 0 when unknown.
  var longestOutput: Int { max(outputTokens, maximumOutputTokens) }
}
