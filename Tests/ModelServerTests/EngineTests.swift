import Testing

@testable import ModelServer

/// The engine on virtual time, without jitter: every moment can be computed by hand.
@Suite struct EngineTests {
  /// A step takes 10 ms and 1 ms more per running request; a prompt token takes 0.1 ms.
  private static let latency = LatencyModel(base: 10, perSequence: 1, perStep: 0, perPromptToken: 0.1)

  private static func engine(
    sequences: Int = 4, queued: Int? = nil, byPriority: Bool = false, cache: Int = 1_000_000, jitter: Double = 0, seed: UInt64 = 1
  ) -> Engine {
    Engine(
      settings: .init(
        latency: latency, maximumSequences: sequences, maximumQueued: queued, isPriorityScheduling: byPriority, cacheTokens: cache,
        jitter: jitter, slowFactor: 1), seed: seed)
  }

  private struct Log {
    var scheduled: [SequenceID] = []
    var tokens: [(id: SequenceID, index: Int, gap: UInt64)] = []
    var finished: [(id: SequenceID, finish: Engine.Finish)] = []

    mutating func add(_ id: SequenceID, _ event: Engine.Event) {
      switch event {
      case .scheduled: scheduled.append(id)
      case .token(let index, let gap): tokens.append((id, index, gap))
      case .finished(let finish): finished.append((id, finish))
      }
    }
  }

  private func submit(_ engine: inout Engine, _ log: inout Log, prompt: Int = 100, output: Int = 3, priority: Int = 0, at: UInt64 = 0)
    -> SequenceID?
  {
    engine.submit(promptTokens: prompt, outputTokens: output, isLength: true, priority: priority, at: at) { log.add($0, $1) }
  }

  @Test func `One request's tokens come when the model says`() throws {
    var engine = Self.engine()
    var log = Log()
    let id = try #require(submit(&engine, &log))
    engine.advance(to: 1_000_000_000) { log.add($0, $1) }
    // First: 100 × 0.1 ms of prefill and one iteration of 11 ms; then 11 ms each.
    #expect(log.tokens.map(\.gap) == [21_000_000, 11_000_000, 11_000_000])
    #expect(log.finished.map(\.id) == [id])
    let finish = try #require(log.finished.first?.finish)
    #expect(finish.total == 43_000_000)
    #expect(finish.prefill == 21_000_000)
    #expect(finish.decode == 22_000_000)
    #expect(finish.outputTokens == 3)
    #expect(engine.running == 0)
    #expect(engine.cachedTokens == 0)
  }

  @Test func `A larger batch makes every step slower`() throws {
    var engine = Self.engine()
    var log = Log()
    let first = try #require(submit(&engine, &log, output: 50))
    _ = try #require(submit(&engine, &log, output: 50))
    engine.advance(to: 10_000_000_000) { log.add($0, $1) }
    let gaps = log.tokens.filter { $0.id == first }.map(\.gap)
    #expect(gaps[5] == 12_000_000, "two run: 10 + 2 × 1 ms")
  }

  @Test func `More requests than sequences wait in the order of arrival`() throws {
    var engine = Self.engine(sequences: 2)
    var log = Log()
    let ids = try (0..<5).map { _ in try #require(submit(&engine, &log)) }
    #expect(engine.running == 2)
    #expect(engine.waiting == 3)
    engine.advance(to: 10_000_000_000) { log.add($0, $1) }
    #expect(log.scheduled == ids)
    #expect(log.finished.map(\.id) == ids)
    #expect(log.finished[2].finish.queue == log.finished[0].finish.total, "the third starts when the first ends")
  }

  @Test func `By priority the lower number goes first, and equals in the order of arrival`() throws {
    var engine = Self.engine(sequences: 1, byPriority: true)
    var log = Log()
    let ids = try [0, 5, 1, 5, -1].map { try #require(submit(&engine, &log, priority: $0)) }
    engine.advance(to: 10_000_000_000) { log.add($0, $1) }
    #expect(log.scheduled == [ids[0], ids[4], ids[2], ids[1], ids[3]])
  }

  @Test func `A cancelled request frees its place for the next, whether it waited or ran`() throws {
    var engine = Self.engine(sequences: 1)
    var log = Log()
    let ids = try (0..<3).map { _ in try #require(submit(&engine, &log)) }
    engine.cancel(ids[1], at: 1_000_000) { log.add($0, $1) }
    #expect(engine.waiting == 1)
    engine.cancel(ids[0], at: 2_000_000) { log.add($0, $1) }
    #expect(log.scheduled == [ids[0], ids[2]])
    engine.cancel(ids[0], at: 3_000_000) { log.add($0, $1) }
    engine.advance(to: 10_000_000_000) { log.add($0, $1) }
    #expect(log.finished.map(\.finish.reason) == [.abort, .abort, .length])
    #expect(engine.cachedTokens == 0)
  }

  @Test func `A full queue refuses, and a sequence larger than the cache runs alone`() throws {
    var engine = Self.engine(sequences: 8, queued: 2, cache: 110)
    var log = Log()
    _ = try #require(submit(&engine, &log, prompt: 500))
    _ = try #require(submit(&engine, &log, prompt: 10))
    #expect(submit(&engine, &log) == nil)
    #expect(engine.running == 1)
    #expect(engine.cacheUse > 1)
    engine.advance(to: 10_000_000_000) { log.add($0, $1) }
    #expect(log.finished.count == 2)
  }

  @Test func `Calling late changes nothing that is simulated`() throws {
    func run(step: UInt64) throws -> [UInt64] {
      var engine = Self.engine(sequences: 2, jitter: 0.1, seed: 7)
      var log = Log()
      for _ in 0..<6 { _ = try #require(submit(&engine, &log, output: 20)) }
      for time in stride(from: step, through: 8_000_000_000, by: Int(step)) { engine.advance(to: UInt64(time)) { log.add($0, $1) } }
      return log.finished.map(\.finish.total)
    }
    #expect(try run(step: 1_000_000) == run(step: 2_000_000_000))
  }

  @Test func `A benchmark row gives back its own latencies`() {
    let row = LatencyModel(fitting: [.init(batch: 3, ttft: 21.9, itl: 10.76)], promptTokens: 512)
    #expect(abs(row.step(batch: 3) - 10.76) < 1e-9)
    #expect(abs(row.prefill(promptTokens: 512) + row.iteration(batch: 3) - 21.9) < 1e-9)
    #expect(abs(row.step(batch: 256) / row.step(batch: 1) - 1.5) < 1e-9)
    let sweep = LatencyModel(fitting: [.init(batch: 1, ttft: 20, itl: 10), .init(batch: 11, ttft: 40, itl: 15)], promptTokens: 100)
    #expect(abs(sweep.step(batch: 1) - 10) < 1e-9)
    #expect(abs(sweep.step(batch: 11) - 15) < 1e-9)
  }
}
