import Foundation
import JSON
import Logging
import RedisClient
import Synchronization
import TestKit
import Testing

@testable import Events

private let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

@Suite struct `What an event says` {
  @Test func `has the names and fields of the contract`() {
    let at = Date(timeIntervalSince1970: 1_760_000_000.25)
    func text(_ kind: OrchestratorEvent.Kind) -> String {
      let event = OrchestratorEvent(kind, at: at)
      return "\(event.name) \(String(decoding: event.payload.bytes(), as: UTF8.self))"
    }
    #expect(
      text(.modelSelected(requestID: "r", model: "m", taskType: "code", selectionMilliseconds: 3))
        == #"model.selected {"request_id":"r","model_name":"m","task_type":"code","selection_time_ms":3}"#)
    #expect(
      text(.modelFailed(requestID: "r", model: "m", errorType: "timeout", fallbackUsed: true))
        == #"model.failed {"request_id":"r","model_name":"m","error_type":"timeout","fallback_used":true}"#)
    #expect(
      text(.resourcePressureHigh(pressure: 0.93, availableMemoryGB: 1.5))
        == #"resource.pressure_high {"memory_pressure":0.93,"available_memory_gb":1.5,"timestamp":"2025-10-09T08:53:20.250Z"}"#)
    #expect(
      text(.costThresholdExceeded(requestID: "r", estimatedCost: 0.5, threshold: 0.25))
        == #"cost.threshold_exceeded {"request_id":"r","estimated_cost":0.5,"threshold":0.25}"#)
  }

  @Test(arguments: [
    ("system.resource_updated", #"{"memory_pressure": 1.5}"#, "from 0 to 1"), ("system.resource_updated", "{", "no JSON"),
    ("system.resource_updated", #"{"memory_pressure": 0.5, "available_memory_gb": -1}"#, "at least 0"),
    ("model.health_changed", #"{"status": "healthy"}"#, "model_name"),
    ("model.health_changed", #"{"model_name": "m", "status": "fine"}"#, "degraded or unhealthy"),
  ])
  func `must be understood, or the field is named`(channel: String, message: String, advice: String) throws {
    let problem = #expect(throws: ConsumedEventProblem.self) { try ConsumedEvent(channel: channel, message: Array(message.utf8)) }
    #expect("\(try #require(problem))".contains(advice))
  }
}

@Suite(.serialized, .enabled(if: RedisServer.program != nil, "there is no Redis; hack/setup test installs it"))
struct `Events on a real Redis` {
  @Test func `reach who listens, and after Redis was away the newest of what waited`() async throws {
    let server = try await RedisServer.start()
    let address = try RedisAddress(server.url)
    let publisher = RedisPublisher(address, prefix: "podium:", capacity: 3, logger: quiet)
    var listener = try listener(address)
    publisher.publish(failed(0))
    let first = try await heard(listener)
    #expect(first == #"{"request_id":"0","model_name":"m","error_type":"timeout","fallback_used":false}"#)
    try await server.stop()
    for number in 1...5 { publisher.publish(failed(number)) }
    try await eventually("what waits is told", within: .seconds(20)) { publisher.standing.trouble != nil }
    #expect(publisher.standing.waiting == 3 && publisher.standing.dropped == 2)
    try await server.launch()
    listener = try self.listener(address)
    try await eventually("all that waited is out", within: .seconds(20)) { publisher.standing.waiting == 0 }
    // The publisher may have been back before the listener; what is published now is heard in any case.
    publisher.publish(failed(6))
    var last = ""
    while !last.contains("\"6\"") { last = try await heard(listener) }
    try await eventually("it knows", within: .seconds(20)) { publisher.standing == .init(published: 5, dropped: 2) }
    await publisher.close()
  }

  @Test func `of others are heard, nonsense among them is counted, and a lost connection is made again`() async throws {
    let server = try await RedisServer.start()
    let heard = Mutex<[ConsumedEvent]>([])
    let subscriber = RedisSubscriber(try RedisAddress(server.url), logger: quiet) { event in heard.withLock { $0.append(event) } }
    subscriber.start()
    defer { subscriber.stop() }
    try await eventually("it listens", within: .seconds(20)) { subscriber.standing.isListening }
    _ = try await server.command(["PUBLISH", "system.resource_updated", #"{"memory_pressure": 0.75, "available_memory_gb": 2}"#])
    _ = try await server.command(["PUBLISH", "system.resource_updated", "what?"])
    _ = try await server.command(["PUBLISH", "model.health_changed", #"{"model_name": "llama", "status": "unhealthy"}"#])
    try await eventually("all are heard", within: .seconds(20)) { subscriber.standing.understood == 2 && subscriber.standing.refused == 1 }
    #expect(
      heard.withLock { $0 } == [
        .resourceUpdated(memoryPressure: 0.75, availableMemoryGB: 2), .modelHealthChanged(model: "llama", isHealthy: false),
      ])
    try await server.stop()
    try await eventually("it hears nothing", within: .seconds(20)) { !subscriber.standing.isListening }
    try await server.launch()
    try await eventually("it listens again", within: .seconds(20)) { subscriber.standing.isListening }
  }

  private func failed(_ number: Int) -> OrchestratorEvent {
    OrchestratorEvent(.modelFailed(requestID: "\(number)", model: "m", errorType: "timeout", fallbackUsed: false), at: Date())
  }

  private func listener(_ address: RedisAddress) throws -> RedisConnection {
    let listener = try RedisConnection(address)
    try listener.send(["SUBSCRIBE", "podium:model.failed"])
    _ = try listener.next(within: .seconds(10))
    return listener
  }

  private func heard(_ listener: RedisConnection) async throws -> String {
    try #require(try listener.next(within: .seconds(20))?.array?[2].string)
  }
}
