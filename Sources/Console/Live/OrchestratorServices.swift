import Events
import HostSampling
import RecordStore
import Routing

/// What stands behind `/api/v1/ai`: the choice, the answers, and what is known and kept of both.
package struct OrchestratorServices: Sendable {
  package let orchestrator: Orchestrator
  package let board: LiveBoard
  package let answerer: RequestAnswerer
  package let journal: RequestJournal
  /// `nil` on a machine that tells nothing.
  package let host: @Sendable () -> HostSampler.Sample?
  /// `nil` where nothing is kept.
  package let records: RecordReader?
  package let recordStanding: (@Sendable () -> RecordWriter.Standing)?
  /// `nil` where Redis is not configured; else whether it is told at the moment.
  package let isRedisTold: (@Sendable () -> Bool)?

  package init(
    orchestrator: Orchestrator, board: LiveBoard, answerer: RequestAnswerer, journal: RequestJournal,
    host: @escaping @Sendable () -> HostSampler.Sample?, records: RecordReader? = nil,
    recordStanding: (@Sendable () -> RecordWriter.Standing)? = nil, isRedisTold: (@Sendable () -> Bool)? = nil
  ) {
    self.orchestrator = orchestrator
    self.board = board
    self.answerer = answerer
    self.journal = journal
    self.host = host
    self.records = records
    self.recordStanding = recordStanding
    self.isRedisTold = isRedisTold
  }
}

/// How the parts are, in the words of `/api/v1/health`.
struct OrchestratorHealth {
  enum Status: String, CaseIterable { case healthy, degraded, unhealthy }

  let availableModels: Int
  let totalModels: Int
  let isStoreWell: Bool
  let isRedisWell: Bool
  /// Of the backends that Ollama serves; true where there are none.
  let isOllamaWell: Bool

  init(_ services: OrchestratorServices) {
    let catalog = services.orchestrator.catalog
    let live = services.board.facts(of: catalog)
    let usable = catalog.backends.indices.filter { live.backends[$0].isUsable }
    availableModels = Set(usable.map { catalog.backends[$0].model }).count
    totalModels = catalog.models.count
    isStoreWell = services.recordStanding?().trouble == nil
    isRedisWell = services.isRedisTold?() ?? true
    // A model that is missing there says nothing of the server.
    let ollama = catalog.backends.indices.filter { catalog.backends[$0].backend.kind == .ollama }
    isOllamaWell = ollama.isEmpty || ollama.contains { live.backends[$0].health != .unhealthy }
  }

  /// Nothing can be answered without a model; everything else only makes it worse.
  var status: Status {
    if availableModels == 0 { return .unhealthy }
    return isStoreWell && isRedisWell && isOllamaWell && availableModels == totalModels ? .healthy : .degraded
  }
}
