import Foundation
import Logging
import RedisClient
import Synchronization

/// Listens to ``ConsumedEvent``s on Redis, on a thread of its own, and connects again when the connection goes.
package final class RedisSubscriber: Sendable {
  package struct Standing: Sendable, Hashable {
    package var isListening = false
    package var understood = 0
    /// Messages that made no sense.
    package var refused = 0
  }

  private let address: RedisAddress
  private let prefix: String
  private let logger: Logger
  private let handler: @Sendable (ConsumedEvent) -> Void
  private let state = Mutex(Standing())
  private let isStopped = Atomic(false)

  /// How soon a stop is seen.
  private static let step: Duration = .milliseconds(200)
  /// A connection on which nothing comes for so long, not even the answer to a PING, is given up.
  private static let silence: Duration = .seconds(20)

  package init(_ address: RedisAddress, prefix: String = "", logger: Logger, handler: @escaping @Sendable (ConsumedEvent) -> Void) {
    self.address = address
    self.prefix = prefix
    self.logger = logger
    self.handler = handler
  }

  package var standing: Standing { state.withLock { $0 } }

  package func start() {
    let thread = Thread { [self] in
      while !isStopped.load(ordering: .relaxed) {
        do throws(RedisError) {
          try listen()
        } catch {
          if state.withLock({ $0.isListening }) { logger.warning("Redis is not heard", metadata: ["error": "\(error)"]) }
        }
        state.withLock { $0.isListening = false }
        if !isStopped.load(ordering: .relaxed) { Thread.sleep(forTimeInterval: 0.5) }
      }
    }
    thread.name = "podium.events"
    thread.start()
  }

  /// The thread ends soon.
  package func stop() { isStopped.store(true, ordering: .relaxed) }

  private func listen() throws(RedisError) {
    let connection = try RedisConnection(address)
    try connection.send(["SUBSCRIBE"] + ConsumedEvent.names.map { prefix + $0 })
    var heard = ContinuousClock.now
    var asked = heard
    while !isStopped.load(ordering: .relaxed) {
      if let reply = try connection.next(within: Self.step) {
        heard = .now
        try take(reply)
      } else if ContinuousClock.now - heard > Self.silence {
        throw .unreachable("\(address) fell silent")
      } else if ContinuousClock.now - max(heard, asked) > Self.silence / 2 {
        asked = .now
        try connection.send(["PING"])
      }
    }
  }

  private func take(_ reply: RedisReply) throws(RedisError) {
    guard let parts = reply.array else {
      // The answer to SUBSCRIBE or PING is an array, an error is not.
      throw .refused("\(address): \(reply.string ?? "an unexpected answer")")
    }
    guard parts.count == 3, let channel = parts[1].string, channel.hasPrefix(prefix) else { return }
    if parts[0].string == "subscribe" { state.withLock { $0.isListening = true } }
    guard parts[0].string == "message", case .bytes(let message) = parts[2] else { return }
    do throws(ConsumedEventProblem) {
      guard let event = try ConsumedEvent(channel: String(channel.dropFirst(prefix.count)), message: message) else { return }
      state.withLock { $0.understood += 1 }
      handler(event)
    } catch {
      state.withLock { $0.refused += 1 }
      logger.warning("a message makes no sense", metadata: ["channel": "\(channel)", "problem": "\(error)"])
    }
  }
}
