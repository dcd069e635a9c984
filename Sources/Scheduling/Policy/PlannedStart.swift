/// What a plan expects of each backend of a pool: where its limit and its baseline begin, before anything was measured there.
///
/// It decides nothing for long: a report or the first windows of answers move the limit, and of the baseline it is one sample among those
/// that follow. So a wrong plan costs a moment, and no traffic.
package struct PlannedStart: Sendable, Hashable {
  /// Requests that a backend works on at a time in the plan.
  package var concurrency: Int
  /// What a usual request takes there.
  package var serviceTime: Duration

  package init(concurrency: Int, serviceTime: Duration) {
    self.concurrency = max(1, concurrency)
    self.serviceTime = serviceTime
  }
}
