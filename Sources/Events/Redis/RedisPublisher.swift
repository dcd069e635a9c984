import Dispatch
import Foundation
import Logging
import RedisClient
import Synchronization

/// Publishes events on Redis: the channel is the event's name, the message its payload as JSON.
///
/// Pub/sub reaches who listens at that moment, and nobody later. While the server is away the newest ``capacity`` events wait; older ones go,
/// and ``Standing/dropped`` counts them. Who must not miss one takes a webhook.
package final class RedisPublisher: EventSink {
  package struct Standing: Sendable, Hashable {
    package var published = 0
    package var dropped = 0
    package var waiting = 0
    /// Why nothing is published.
    package var trouble: String?
  }

  private struct State {
    var waiting: [OrchestratorEvent] = []
    var standing = Standing()
    var isScheduled = false
    var isClosed = false
  }

  private let address: RedisAddress
  private let prefix: String
  private let capacity: Int
  private let logger: Logger
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "podium.events.redis")
  private let connection = Mutex<RedisConnection?>(nil)

  private static let retry: TimeInterval = 1
  private static let batch = 256

  /// - Parameter prefix: Before each channel's name, for servers that several systems share.
  package init(_ address: RedisAddress, prefix: String = "", capacity: Int = 10_000, logger: Logger) {
    self.address = address
    self.prefix = prefix
    self.capacity = capacity
    self.logger = logger
  }

  package var standing: Standing {
    state.withLock {
      var standing = $0.standing
      standing.waiting = $0.waiting.count
      return standing
    }
  }

  package func publish(_ event: OrchestratorEvent) {
    let isFirst = state.withLock { state in
      guard !state.isClosed else { return false }
      if state.waiting.count >= capacity {
        state.waiting.removeFirst()
        state.standing.dropped += 1
      }
      state.waiting.append(event)
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if isFirst { queue.async { [self] in drain() } }
  }

  /// Takes no more, and publishes what waits if the server is there.
  package func close() async {
    state.withLock { $0.isClosed = true }
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        drain()
        connection.withLock { $0 = nil }
        continuation.resume()
      }
    }
  }

  private func drain() {
    while true {
      let batch = state.withLock { state in
        if state.waiting.isEmpty { state.isScheduled = false }
        return Array(state.waiting.prefix(Self.batch))
      }
      guard !batch.isEmpty else { return }
      do throws(RedisError) {
        try send(batch)
      } catch {
        return later(error)
      }
      state.withLock { state in
        // While they were sent, older ones may have gone.
        let sent = Set(batch.map(\.id))
        state.waiting.removeAll { sent.contains($0.id) }
        state.standing.published += batch.count
        state.standing.trouble = nil
      }
    }
  }

  private func send(_ batch: [OrchestratorEvent]) throws(RedisError) {
    try connection.withLock { kept throws(RedisError) in
      // One that fails is given up.
      let usable: RedisConnection
      if let kept { usable = kept } else { usable = try RedisConnection(address) }
      kept = nil
      try usable.pipeline(batch.map { ["PUBLISH", prefix + $0.name, String(decoding: $0.payload.bytes(), as: UTF8.self)] })
      kept = usable
    }
  }

  private func later(_ error: RedisError) {
    let isNew = state.withLock { state in
      defer { state.standing.trouble = "\(error)" }
      return state.standing.trouble == nil
    }
    if isNew { logger.warning("events wait: Redis cannot be told", metadata: ["error": "\(error)"]) }
    guard !state.withLock({ $0.isClosed }) else { return }
    queue.asyncAfter(deadline: .now() + Self.retry) { [weak self] in self?.drain() }
  }
}
