import ControllerRuntime
import JSON
import Kubernetes
import TestKit
import Testing

@Suite struct EventRecorderTests {
  private let metrics = RuntimeMetrics()

  private func note(_ text: String) -> EventNote {
    EventNote(.warning, reason: "NoCapacity", action: "Planning", note: text, regarding: Widget.object("a", version: "7"))
  }
  private static let server: FakeTransport.Answer = { request in
    guard request.method == .post, let event = try? JSONValue(parsing: request.body ?? []) else { return .json([:]) }
    return .json(event)
  }

  @Test("An event says who, what and why; equal ones become one series")
  func series() async throws {
    let transport = FakeTransport(Self.server)
    let recorder = EventRecorder(
      Client(transport), controller: "podium.io/operator", instance: "host", seriesPeriod: .milliseconds(50), metrics: metrics)
    let task = Task { await recorder.run() }
    defer { task.cancel() }
    recorder.record(note("4 GPUs are missing"))
    try await eventually("the event") { transport.requests.count == 1 }
    for _ in 0..<5 { recorder.record(note("4 GPUs are missing")) }
    let patch = try await eventually("the series") {
      transport.requests.filter { $0.method == .patch }.compactMap { try? JSONValue(parsing: $0.body ?? []) }
        .first { $0[["series", "count"]] == 6 }
    }
    #expect(patch[["series", "lastObservedTime"]]?.string?.hasSuffix("Z") == true)
    #expect(transport.count { $0.method == .post } == 1)
    let request = try #require(transport.requests.first)
    #expect(request.path == "/apis/events.k8s.io/v1/namespaces/n/events")
    let event = try JSONValue(parsing: request.body ?? [])
    #expect(event["regarding"]?["uid"] == "uid-a")
    #expect(event["regarding"]?["kind"] == "Widget")
    #expect(event["type"] == "Warning")
    #expect(event["reason"] == "NoCapacity")
    #expect(event["action"] == "Planning")
    #expect(event["note"] == "4 GPUs are missing")
    #expect(event["reportingController"] == "podium.io/operator")
    #expect(event["reportingInstance"] == "host")
  }

  @Test("Different notes are different events")
  func different() async throws {
    let transport = FakeTransport(Self.server)
    let recorder = EventRecorder(Client(transport), controller: "c", instance: "i")
    let task = Task { await recorder.run() }
    defer { task.cancel() }
    for number in 0..<10 { recorder.record(note("\(number)")) }
    try await eventually("all of them") { transport.count { $0.method == .post } == 10 }
  }

  @Test("When the server is gone recording neither waits nor grows")
  func bounded() async throws {
    let transport = FakeTransport { _ in .silence }
    let recorder = EventRecorder(Client(transport), controller: "c", instance: "i", metrics: metrics)
    let task = Task { await recorder.run() }
    for number in 0..<5000 { recorder.record(note("\(number)")) }
    #expect(metrics.value("events_dropped_total") >= 4000)
    task.cancel()
    await task.value
  }
}
