import ControllerRuntime
import JSON
import Kubernetes
import Synchronization
import TestKit
import Testing

/// Two candidates over one lease; the arithmetic itself is tested without clocks in LeaseElectionTests.
@Suite struct LeaderElectorTests {
  private static let key = ObjectKey(namespace: "n", name: "operator")

  /// One lease with optimistic concurrency.
  private final class LeaseServer: Sendable {
    private let lease = Mutex<(object: JSONValue?, version: Int)>((nil, 0))

    var holder: String? { lease.withLock { $0.object?[["spec", "holderIdentity"]]?.string } }

    func answer(_ request: APIRequest) -> FakeTransport.Reply {
      lease.withLock { lease in
        guard request.method != .get else { return lease.object.map { .json($0) } ?? .json(.status(404, "NotFound"), status: 404) }
        guard var object = try? JSONValue(parsing: request.body ?? []) else { return .bytes("", status: 400) }
        let sent = object[["metadata", "resourceVersion"]]?.string
        guard sent == lease.object.map({ _ in "\(lease.version)" }) else { return .json(.status(409, "Conflict"), status: 409) }
        lease.version += 1
        object[["metadata", "resourceVersion"]] = .string("\(lease.version)")
        lease.object = object
        return .json(object)
      }
    }
  }

  private final class Leaders: Sendable {
    private let state = Mutex<(now: Set<String>, most: Int, past: [String])>(([], 0, []))
    func lead(_ name: String) async {
      state.withLock { state in
        state.now.insert(name)
        state.most = max(state.most, state.now.count)
        state.past.append(name)
      }
      while (try? await Task.sleep(for: .seconds(3600))) != nil {}
      state.withLock { _ = $0.now.remove(name) }
    }
    var now: Set<String> { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }
  }

  private let server = LeaseServer()
  private let leaders = Leaders()

  private func candidate(_ name: String, _ transport: FakeTransport, timing: LeaseElection.Timing) -> Task<Void, Never> {
    let elector = LeaderElector(Client(transport, retry: .never), lease: Self.key, identity: name, timing: timing)
    return Task { [leaders] in await elector.run { await leaders.lead(name) } }
  }

  @Test("One of two leads; when it stops it gives the lease back and the other leads at once")
  func handover() async throws {
    let timing = LeaseElection.Timing(lease: .seconds(600), renew: .seconds(400), retry: .milliseconds(10))
    let transport = FakeTransport { [server] in server.answer($0) }
    let first = candidate("first", transport, timing: timing)
    try await eventually("the first leads") { leaders.now == ["first"] }
    let second = candidate("second", transport, timing: timing)
    try await eventually("the second has asked") { transport.requests.count > 10 }
    #expect(leaders.now == ["first"])
    first.cancel()
    await first.value
    // Far sooner than the lease would have run out.
    try await eventually("the second leads") { leaders.now == ["second"] }
    #expect(leaders.most == 1)
    second.cancel()
    await second.value
    #expect(server.holder == "")
  }

  @Test("A leader that cannot renew stops before another may lead")
  func lost() async throws {
    let timing = LeaseElection.Timing(lease: .seconds(6), renew: .seconds(2), retry: .milliseconds(50))
    let cut = FakeTransport { [server] in server.answer($0) }
    let first = candidate("first", cut, timing: timing)
    try await eventually("the first leads") { leaders.now == ["first"] }
    let second = candidate("second", FakeTransport { [server] in server.answer($0) }, timing: timing)
    // Requests hang: not even an error comes.
    cut.become { _ in .silence }
    try await eventually("the first stops by itself") { leaders.now.isEmpty }
    try await eventually("the second leads", within: .seconds(60)) { leaders.now == ["second"] }
    #expect(leaders.most == 1)
    first.cancel()
    second.cancel()
    await second.value
  }
}
