import Events
import Foundation
import RecordStore
import Routing

/// Tells of requests: records for the store, events for who listens. Never waits.
package struct RequestJournal: Sendable {
  private let catalog: ModelCatalog
  private let records: RecordWriter?
  private let sinks: [any EventSink]
  private let now: @Sendable () -> Date

  package init(
    _ catalog: ModelCatalog, records: RecordWriter?, sinks: [any EventSink], now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.catalog = catalog
    self.records = records
    self.sinks = sinks
    self.now = now
  }

  package func publish(_ kind: OrchestratorEvent.Kind) {
    let event = OrchestratorEvent(kind, at: now())
    for sink in sinks { sink.publish(event) }
  }

  /// A model was chosen, to be asked or not.
  package func selected(_ decision: Orchestrator.Decision, _ milliseconds: Int) {
    guard let chosen = decision.selection.chosen else { return }
    publish(
      .modelSelected(
        requestID: decision.id, model: catalog.models[chosen.model].name, taskType: decision.request.task.rawValue,
        selectionMilliseconds: milliseconds))
  }

  package func ended(_ outcome: RequestOutcome) {
    let id = outcome.decision.id
    for (index, failed) in outcome.failed.enumerated() {
      let isLast = index == outcome.failed.count - 1
      let isAnswered = if case .success = outcome.result { true } else { false }
      publish(
        .modelFailed(
          requestID: id, model: catalog.models[failed.model].name, errorType: Self.word(failed.error.failure),
          fallbackUsed: !isLast || isAnswered))
    }
    for balance in outcome.passedBudgets {
      publish(
        .costThresholdExceeded(
          requestID: id, estimatedCost: balance.spent.dollars, threshold: balance.budget.limit.dollars * balance.budget.warnAt))
    }
    if let record = record(outcome) { records?.append(.request(record)) }
  }

  /// `nil` when nobody was asked.
  private func record(_ outcome: RequestOutcome) -> OrchestratorRequest? {
    var record = OrchestratorRequest(
      requestID: outcome.decision.id, taskType: outcome.decision.request.task.rawValue, selectedModel: "",
      responseTimeMilliseconds: Int(outcome.seconds * 1000), succeeded: false,
      resourcePressure: outcome.decision.live.host.memoryPressure ?? 0, createdAt: now())
    switch outcome.result {
    case .success(let answer):
      record.selectedModel = catalog.models[answer.model].name
      record.fallbackUsed = answer.fallbackUsed
      record.succeeded = true
      record.costEstimate = answer.cost
    case .failure(let failure):
      guard let last = outcome.failed.last else { return nil }
      record.selectedModel = catalog.models[last.model].name
      record.fallbackUsed = outcome.failed.count > 1
      if case .cancelled = failure { record.errorMessage = "the caller went away" } else { record.errorMessage = "\(last.error)" }
    }
    return record
  }

  /// For machines: one word for each kind of failure.
  static func word(_ failure: AttemptFailure) -> String {
    switch failure {
    case .backend(let kind): kind.rawValue
    case .overloaded: "overloaded"
    case .refused(let status): "status\(status)"
    case .cancelled: "cancelled"
    }
  }
}
