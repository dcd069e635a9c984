import Console
import Events
import Foundation
import HostSampling
import JSON
import Logging
import ModelClients
import RecordStore
import Routing
import Scheduling
import Synchronization
import TestKit
import YAML

/// The orchestrator over servers of a test: models `first` and `second` at two of them, and `local` at a third that speaks Ollama's API.
final class OrchestratedSample: Sendable {
  let services: OrchestratorServices
  let api: ConsoleAPI
  let board: LiveBoard
  let places: ModelPlaces
  let records: RecordWriter
  let events = EventCollector()
  private let folder: TemporaryDirectory
  private let connections = ModelConnections()
  private let sample = Mutex<HostSampler.Sample?>(nil)

  /// - Parameters:
  ///   - servers: Base URLs of `first`, `second` and `local`.
  ///   - extra: More of the models' file, such as budgets.
  init(_ servers: [String], extra: String = "", availableBytes: Int64 = 8_000_000_000) throws {
    let document = try YAMLParser.documents(Array((Self.models(servers) + extra).utf8)).first ?? .null
    let configuration = try RoutingConfiguration(json: document)
    folder = try TemporaryDirectory()
    let store = try SQLiteRecordStore(path: "\(folder.path)/records.sqlite")
    let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    records = try RecordWriter(store, spool: nil, logger: quiet)
    let memory = MemoryReading(host: MemoryTotals(total: 16_000_000_000, available: availableBytes))
    sample.withLock { $0 = HostSampler.Sample(memory: memory, pressure: memory.pressure(), processorUse: 0.5, at: Date()) }
    let epoch = ContinuousClock.now
    let monotonic: @Sendable () -> MonotonicTime = { .zero.advanced(by: ContinuousClock.now - epoch) }
    let catalog = configuration.router.catalog
    let host = sample.withLock { $0 }
    board = LiveBoard(catalog, reserve: configuration.memoryReserveBytes, host: { host }, now: monotonic)
    places = ModelPlaces(catalog, connections, pool: { _ in nil }, key: { _ in nil })
    let journal = RequestJournal(catalog, records: records, sinks: [events])
    let count = Atomic(0)
    let orchestrator = Orchestrator(configuration, live: board) { "request-\(count.wrappingAdd(1, ordering: .relaxed).newValue)" }
    let answerer = RequestAnswerer(
      orchestrator, board, places,
      now: { SpendingControl.Moment(monotonic: monotonic(), unix: Int64(Date().timeIntervalSince1970)) }, random: { 0.5 },
      onDecision: { journal.selected($0, $1) }, onOutcome: { journal.ended($0) })
    let records = records
    services = OrchestratorServices(
      orchestrator: orchestrator, board: board, answerer: answerer, journal: journal, host: { host }, records: RecordReader(store),
      recordStanding: { records.standing })
    var resources = try Sample.resources()
    resources.orchestrator = orchestrator
    resources.orchestration = services
    api = ConsoleAPI(resources)
  }

  /// One look at every server, as the watcher does.
  func look() async {
    for server in places.servers { board.saw(await server.client.look(within: .seconds(20)), at: server.backends) }
  }

  func route(_ fields: String = "", prompt: String = "Hello, world!") async throws -> (status: Int, json: JSONValue) {
    try await api.post("/api/v1/ai/route-request", #"{"taskType": "completion", "prompt": "\#(prompt)"\#(fields)}"#)
  }

  func close() async {
    _ = await records.close()
    await connections.close()
  }

  /// The better one is dearer: without a wish it is chosen first, as quality counts most here.
  private static func models(_ servers: [String]) -> String {
    """
    weights: {quality: 1, latency: 0, cost: 0, headroom: 0}
    models:
    - name: first
      backends: [{openai: "\(servers[0])/v1", model: m1}]
      capabilities: [chat]
      contextWindow: 8192
      qualityTier: high
      price: {inputPerMillionTokensUSD: 100, outputPerMillionTokensUSD: 100}
      tasks: {completion: {score: 0.9, source: test}}
    - name: second
      backends: [{openai: "\(servers[1])/v1", model: m2}]
      capabilities: [chat]
      contextWindow: 8192
      qualityTier: good
      price: {inputPerMillionTokensUSD: 1, outputPerMillionTokensUSD: 1}
      tasks: {completion: {score: 0.6, source: test}}
    - name: local
      backends: [{ollama: "\(servers[2])", model: "tiny:1b"}]
      memoryGB: 4
      contextWindow: 8192
      qualityTier: basic
      tasks: {completion: {score: 0.3, source: test}}

    """
  }
}

/// Keeps what is published.
final class EventCollector: EventSink {
  private let events = Mutex<[OrchestratorEvent]>([])

  var all: [OrchestratorEvent] { events.withLock { $0 } }

  func publish(_ event: OrchestratorEvent) { events.withLock { $0.append(event) } }
}

/// Servers that answer as a test says at the moment.
final class ModelStandIn: Sendable {
  private let steps: Mutex<[ScriptedServer.Step]>
  private let server = Mutex<ScriptedServer?>(nil)

  var url: String { server.withLock { $0?.url ?? "" } }
  var requests: [ScriptedServer.Request] { server.withLock { $0?.requests ?? [] } }

  init(_ first: [ScriptedServer.Step] = [ModelStandIn.chat]) throws {
    steps = Mutex(first)
    let started = try ScriptedServer { [weak self] request in
      let steps = self?.steps.withLock { $0 } ?? [.close]
      // Nothing is in memory; a server that is broken is broken there too.
      guard request.target == "/api/ps", case .answer(200, _, _) = steps.first else { return steps }
      return [.answer(200, #"{"models": []}"#)]
    }
    server.withLock { $0 = started }
  }

  func answers(_ next: [ScriptedServer.Step]) { steps.withLock { $0 = next } }

  static let chat = ScriptedServer.Step.answer(
    200,
    #"{"choices": [{"message": {"content": "Hello!"}}], "data": [{"embedding": [0.5]}], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}"#
  )
  static let ollama = ScriptedServer.Step.answer(
    200,
    #"{"message": {"content": "Hi"}, "embeddings": [[0.5]], "prompt_eval_count": 4, "eval_count": 1, "models": [{"name": "tiny:1b", "size": 4000000000}]}"#
  )
}
