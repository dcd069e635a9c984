import Foundation
import Logging
import PostgresClient
import TestKit
import Testing

@testable import RecordStore

@Suite(.serialized, .enabled(if: PostgresServer.programs != nil, "there is no PostgreSQL; hack/setup test installs it"))
struct `Records in a real PostgreSQL` {
  private func writer(
    _ server: PostgresServer, _ folder: TemporaryDirectory, batch: Int = 100, pending: Int = 100_000, spooled: Int = 100_000
  ) throws -> RecordWriter {
    var limits = RecordWriter.Limits()
    limits.batch = batch
    limits.interval = .milliseconds(20)
    limits.pending = pending
    limits.spooled = spooled
    limits.retry = .milliseconds(50)...(.milliseconds(500))
    return try RecordWriter(
      PostgresRecordStore(try PostgresAddress(server.url())), spool: "\(folder.path)/spool.sqlite", limits: limits,
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  @Test func `are kept, counted and pruned, by several writers at once, and survive the server's end in the middle of the load`()
    async throws
  {
    let server = try await PostgresServer.start()
    let address = try PostgresAddress(server.url())
    try StoreContract(store: PostgresRecordStore(address)).all()

    // Several orchestrators, the same models: each request is counted once, and none waits for another in a circle.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let store = PostgresRecordStore(address)
          for _ in 0..<10 {
            let batch = (0..<50).map { RecordSamples.request($0, model: "shared-\(writer % 2 == 0 ? $0 % 5 : 4 - $0 % 5)") }
            try store.write(RecordBatch(requests: batch))
          }
        }
      }
      try await group.waitForAll()
    }
    let shared = try PostgresRecordStore(address).metrics().filter { $0.modelName.hasPrefix("shared") }
    #expect(shared.map(\.requestCount) == [400, 400, 400, 400, 400])

    // The server goes and comes while records are taken.
    let folder = try TemporaryDirectory()
    let writer = try writer(server, folder)
    for number in 0..<1_000 { #expect(writer.append(.request(RecordSamples.request(number, model: "load")))) }
    await writer.flush()
    try await server.stop()
    for number in 1_000..<3_000 { #expect(writer.append(.request(RecordSamples.request(number, model: "load")))) }
    await writer.flush()
    let away = writer.standing
    #expect(away.stored >= 1_000 && away.stored + away.spooled == 3_000 && away.spooled >= 1_900 && away.trouble != nil)
    try await server.launch()
    for number in 3_000..<4_000 { #expect(writer.append(.request(RecordSamples.request(number, model: "load")))) }
    try await eventually("everything is in the store", within: .seconds(60)) { writer.standing.stored == 4_000 }
    #expect(writer.standing.spooled == 0 && writer.standing.refused == 0)
    try await eventually("the trouble is over", within: .seconds(10)) { writer.standing.trouble == nil }
    #expect(
      try await server.sql("SELECT count(*), count(DISTINCT request_id) FROM orchestrator_requests WHERE selected_model = 'load'")
        == "4000|4000")
    #expect(try await server.sql("SELECT request_count FROM model_metrics WHERE model_name = 'load'") == "4000")
    #expect(await writer.close() == 0)
    #expect(!writer.append(.resource(RecordSamples.resource(1))))
  }

  @Test func `that could not be delivered are delivered by the next process, and memory and file have an end`() async throws {
    let server = try await PostgresServer.start()
    try await server.stop()
    let folder = try TemporaryDirectory()
    let first = try writer(server, folder, batch: 50, pending: 100, spooled: 150)
    var taken = 0
    // 150 fit the file; the rest is refused, so that nothing is taken which could not be kept.
    try await eventually("there is no room left", within: .seconds(60)) {
      for number in 0..<100 where first.append(.request(RecordSamples.request(taken + number, model: "late"))) { taken += 1 }
      return first.standing.refused > 0 && first.standing.spooled == 150
    }
    #expect(taken == 150 && first.standing.pending == 0)
    #expect(await first.close() == 0)
    try await server.launch()
    let second = try writer(server, folder)
    try await eventually("what waited is in the store", within: .seconds(60)) { second.standing.stored == 150 }
    #expect(try await server.sql("SELECT count(*) FROM orchestrator_requests") == "150")
    #expect(await second.close() == 0)
  }
}
