import Foundation
import PostgresClient
import TestKit
import Testing

@testable import RecordStore

/// What every store does, SQLite and a real PostgreSQL alike.
struct StoreContract {
  let store: any RecordStore

  func `keeps what was written, the newest first`() throws {
    let requests = [
      RecordSamples.request(1, milliseconds: 100),
      RecordSamples.request(2, succeeded: false, milliseconds: 200, error: "no \"quotes\" \\ {,}"),
      RecordSamples.request(3, model: "it's, {model}", milliseconds: 600),
    ]
    try store.write(RecordBatch(requests: requests, resources: [RecordSamples.resource(1), RecordSamples.resource(2)]))
    #expect(try store.requests(since: RecordSamples.start, limit: 10) == requests.reversed())
    #expect(try store.requests(since: RecordSamples.start.addingTimeInterval(2), limit: 10).map(\.requestID) == ["request-3", "request-2"])
    #expect(try store.requests(since: RecordSamples.start, limit: 1).map(\.requestID) == ["request-3"])
    let resources = try store.resources(since: RecordSamples.start, limit: 10)
    #expect(resources.map(\.recordedAt.timeIntervalSince1970) == [1_760_000_001, 1_760_000_002])
    #expect(resources.first?.memoryAvailableGB == 4.5 && resources.first?.cpuUsagePercent == 12.5)
    #expect(try store.resources(since: RecordSamples.start, limit: 1).map(\.recordedAt.timeIntervalSince1970) == [1_760_000_002])
  }

  func `counts each request once into its model's metrics, however often it is written`() throws {
    let first = [RecordSamples.request(11, model: "a", milliseconds: 100), RecordSamples.request(12, model: "b", milliseconds: 50)]
    let second = [
      RecordSamples.request(13, model: "a", milliseconds: 400), RecordSamples.request(14, model: "a", succeeded: false, milliseconds: 700),
    ]
    try store.write(RecordBatch(requests: first))
    try store.write(RecordBatch(requests: first + second))
    try store.write(RecordBatch(requests: second))
    let metrics = try store.metrics().filter { ["a", "b"].contains($0.modelName) }
    #expect(metrics.map(\.modelName) == ["a", "b"])
    #expect(metrics.map(\.requestCount) == [3, 1] && metrics.map(\.successCount) == [2, 1] && metrics.map(\.errorCount) == [1, 0])
    #expect(metrics.map(\.averageResponseTimeMilliseconds) == [400, 50])
    #expect(metrics.first?.lastUsed?.timeIntervalSince1970 == 1_760_000_014)
  }

  func `takes the latest state of a model, and no older one`() throws {
    let now = RecordSamples.start
    func state(_ load: Double, _ seconds: Double) -> ModelState {
      ModelState(modelName: "s", currentLoad: load, memoryUsageMB: load * 1000, at: now.addingTimeInterval(seconds))
    }
    try store.write(RecordBatch(states: [state(0.5, 2), state(0.7, 3), state(0.1, 1)]))
    #expect(try store.metrics().first { $0.modelName == "s" }?.currentLoad == 0.7)
    try store.write(RecordBatch(states: [state(0.9, 2.5)]))
    #expect(try store.metrics().first { $0.modelName == "s" }?.currentLoad == 0.7)
    try store.write(RecordBatch(states: [state(0.2, 4)]))
    let metric = try #require(try store.metrics().first { $0.modelName == "s" })
    #expect(metric.currentLoad == 0.2 && metric.memoryUsageMB == 200 && metric.requestCount == 0 && metric.lastUsed == nil)
  }

  func `removes what is old, in parts, and keeps the metrics`() throws {
    let records = (0..<25).map { RecordSamples.request(-1000 + $0, model: "old") }
    try store.write(RecordBatch(requests: records, resources: [RecordSamples.resource(-900)]))
    let end = RecordSamples.start.addingTimeInterval(-800)
    #expect(try store.prune(before: end, limit: 10) == 11)
    #expect(try store.prune(before: end, limit: 10) == 10)
    #expect(try store.prune(before: end, limit: 10) == 5)
    #expect(try store.prune(before: end, limit: 10) == 0)
    #expect(try store.metrics().first { $0.modelName == "old" }?.requestCount == 25)
  }

  func all() throws {
    try `keeps what was written, the newest first`()
    try `counts each request once into its model's metrics, however often it is written`()
    try `takes the latest state of a model, and no older one`()
    try `removes what is old, in parts, and keeps the metrics`()
  }
}

@Suite struct `A store of records` {
  @Test func `in a file keeps, counts and prunes, also when it is opened again`() throws {
    let folder = try TemporaryDirectory()
    let path = "\(folder.path)/deep/records.sqlite"
    try StoreContract(store: try SQLiteRecordStore(path: path)).all()
    #expect(try SQLiteRecordStore(path: path).metrics().count == 6)
  }

  @Test func `in something that is no database is refused`() throws {
    let folder = try TemporaryDirectory()
    try folder.write(
      "hello, this is a letter and no database, and long enough to be looked at as one: \(String(repeating: "x", count: 200))", to: "letter"
    )
    let error = #expect(throws: RecordStoreError.self) { try SQLiteRecordStore(path: "\(folder.path)/letter") }
    #expect("\(try #require(error))".contains("no SQLite database"))
  }

  @Test(arguments: [("redis://x", "write postgres://"), ("", "there is no path"), ("postgres://[", "no PostgreSQL URL")])
  func `has a location that makes sense, or says what to write`(text: String, advice: String) throws {
    let error = #expect(throws: RecordStoreError.self) { try RecordLocation(text) }
    #expect("\(try #require(error))".contains(advice))
  }

  @Test func `shows no password`() throws {
    let location = try RecordLocation("postgres://me:hush@db.example/records")
    #expect("\(location)" == "postgres://me@db.example/records")
  }
}
