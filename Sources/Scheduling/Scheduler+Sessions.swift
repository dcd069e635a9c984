extension Scheduler {
  /// The backend has agreed to a session of unknown length (a WebSocket), for which the ticket keeps its slot.
  ///
  /// That is all a session says about the health of its backend: how long it lasts is its peers' choice, so it enters neither the
  /// reference service time nor a limit nor a breaker, whenever it ends. A probe is over now, not when the session is. What the session
  /// took is charged at its end, as for any other ticket.
  package mutating func opened(_ ticket: Ticket, now: MonotonicTime) {
    guard let index = table.find(ticket), table[index].place == .running, !table[index].isSession else { return }
    let entry = table[index]
    table[index].isSession = true
    table[index].isProbe = false
    judge(entry, .good, now.seconds(since: entry.dispatched), now)
  }
}
