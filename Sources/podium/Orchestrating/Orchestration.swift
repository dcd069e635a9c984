import Console
import Events
import Foundation
import HostSampling
import Logging
import ModelClients
import RecordStore
import Routing
import Scheduling
import ServiceLifecycle

/// The orchestrator as it runs: what its options ask for, wired. ``services`` answers, ``background`` runs beside it, ``close()`` ends it.
struct Orchestration {
  let services: OrchestratorServices
  let background: [any Service]
  private let connections: ModelConnections
  private let sampler: HostSampler
  private let records: RecordWriter
  private let publisher: RedisPublisher?
  private let subscriber: RedisSubscriber?
  private let webhooks: WebhookSender?

  init(_ configuration: RoutingConfiguration, _ options: OrchestrationOptions, logger: Logger) throws {
    let location = try options.recordLocation()
    let keys = try options.keys()
    let gateway = options.gateway.map(OrchestrationOptions.trimmed)
    let epoch = ContinuousClock.now
    let monotonic: @Sendable () -> MonotonicTime = { .zero.advanced(by: ContinuousClock.now - epoch) }
    let reader: RecordReader
    do {
      // An SQLite file is its own waiting room; a server needs one for when it is away.
      let waiting = if case .postgres = location { options.waitingFile("records-waiting.sqlite") } else { String?.none }
      records = try RecordWriter(location.open(), spool: waiting, logger: logger)
      reader = RecordReader(try location.open())
    } catch {
      throw CleanFailure("--store: \(error)")
    }
    publisher = try options.redisAddress().map { RedisPublisher($0, prefix: options.redisPrefix, logger: logger) }
    let endpoints = try options.endpoints()
    do {
      webhooks = endpoints.isEmpty ? nil : try WebhookSender(endpoints, outbox: options.waitingFile("webhooks.sqlite"), logger: logger)
    } catch {
      throw CleanFailure("--webhooks: \(error)")
    }
    let catalog = configuration.router.catalog
    let sinks = [publisher as (any EventSink)?, webhooks].compactMap(\.self)
    let journal = RequestJournal(catalog, records: records, sinks: sinks)
    let teller = HostTeller(journal, records: records, keeps: .seconds(86_400 * options.keepDays))
    let sampler = HostSampler { teller.sees($0) }
    teller.follow(sampler)
    self.sampler = sampler
    let board = LiveBoard(catalog, reserve: configuration.memoryReserveBytes, host: { sampler.sample }, now: monotonic)
    subscriber = try options.redisAddress().map { address in
      RedisSubscriber(address, prefix: options.redisPrefix, logger: logger) { board.hears($0) }
    }
    connections = ModelConnections()
    let places = ModelPlaces(catalog, connections, pool: { _ in gateway }, key: { keys[OrchestrationOptions.trimmed($0)] })
    let orchestrator = Orchestrator(
      configuration, live: board, seed: .random(in: .min ... .max), newRequestID: { UUID().uuidString.lowercased() })
    let answerer = RequestAnswerer(
      orchestrator, board, places,
      now: { SpendingControl.Moment(monotonic: monotonic(), unix: Int64(Date().timeIntervalSince1970)) },
      random: { .random(in: 0..<1) }, onDecision: { journal.selected($0, $1) }, onOutcome: { journal.ended($0) })
    let (records, publisher) = (records, publisher)
    var isRedisTold: (@Sendable () -> Bool)?
    if let publisher { isRedisTold = { publisher.standing.trouble == nil } }
    services = OrchestratorServices(
      orchestrator: orchestrator, board: board, answerer: answerer, journal: journal, host: { sampler.sample }, records: reader,
      recordStanding: { records.standing }, isRedisTold: isRedisTold)
    var background: [any Service] = [ServerWatcher(places, board), teller]
    if let webhooks { background.append(WebhookService(sender: webhooks)) }
    self.background = background
  }

  func start() {
    sampler.start()
    subscriber?.start()
  }

  /// Keeps and tells what is left, and closes what is open.
  func close() async {
    sampler.stop()
    subscriber?.stop()
    _ = await records.close()
    await publisher?.close()
    await webhooks?.flush()
    await connections.close()
  }
}

private struct WebhookService: Service {
  let sender: WebhookSender

  func run() async throws { await cancelWhenGracefulShutdown { await sender.run() } }
}
