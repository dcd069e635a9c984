import Scheduling

/// Who waits for decisions in an event loop's table: a client's connection, or a request that a gateway carries.
protocol Requester: AnyObject {
  /// It is a connection, not a stream of one.
  var isConnection: Bool { get }
  func granted(_ grant: Grant, now: MonotonicTime)
  func evicted(_ refusal: Refusal)
  /// The token of its request has been looked at.
  func identified(_ known: KnownToken)
  func deadlinePassed(now: MonotonicTime)
  /// The process is being stopped: what is under way may end.
  func closeIfIdle()
  /// A session ends only when its peers like: they are told that the server goes away.
  func endSession()
  func close()
}

extension ClientConnection: Requester {
  var isConnection: Bool { !isStream }

  func endSession() { session?.end(.goingAway) }
}
