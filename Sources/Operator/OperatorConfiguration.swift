import KnowledgeBase
import Kubernetes
import Reconciliation

/// How the operator runs, apart from what it decides by.
package struct OperatorConfiguration: Sendable {
  /// Names this process among the candidates for leadership and in events.
  package var identity: String
  /// The Lease that candidates compete for.
  package var lease: ObjectKey
  /// Keys of one kind that are worked on at a time.
  package var workers: Int
  /// How often figures of the data planes are taken over into statuses.
  package var samplingPeriod: Duration
  /// Where the planner's facts come from, read again every ``factsPeriod``; `nil` plans with those given at the start.
  package var facts: KnowledgeSource?
  package var factsPeriod: Duration
  /// How long what somebody else made, and no copy has, is believed to be there still.
  package var conflictMemory: Duration = .seconds(45)
  package var settings: OperatorSettings

  package init(
    identity: String, lease: ObjectKey = ObjectKey(namespace: "default", name: "podium-operator"), workers: Int = 4,
    samplingPeriod: Duration = .seconds(5), facts: KnowledgeSource? = nil, factsPeriod: Duration = .seconds(30), settings: OperatorSettings
  ) {
    self.identity = identity
    self.lease = lease
    self.workers = workers
    self.samplingPeriod = samplingPeriod
    self.facts = facts
    self.factsPeriod = factsPeriod
    self.settings = settings
  }
}
