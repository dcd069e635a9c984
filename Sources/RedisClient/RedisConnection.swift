import CHiredis
import Foundation

/// One connection to Redis, through hiredis. Every call blocks, up to a limit: for a thread that may wait. Not for two threads at a time.
package final class RedisConnection {
  private let context: UnsafeMutablePointer<redisContext>
  private let address: RedisAddress

  /// Connects, says who it is and chooses the database.
  /// - Parameters:
  ///   - connectLimit: for the connection to stand.
  ///   - commandLimit: for each read and write; `nil` waits for ever, for a subscriber.
  package init(
    _ address: RedisAddress, connectLimit: Duration = .seconds(5), commandLimit: Duration? = .seconds(5)
  ) throws(RedisError) {
    self.address = address
    guard let context = redisConnectWithTimeout(address.host, Int32(clamping: address.port), Self.time(connectLimit)) else {
      throw .unreachable("\(address): out of memory")
    }
    self.context = context
    guard context.pointee.err == 0 else { throw failure() }
    if let commandLimit { redisSetTimeout(context, Self.time(commandLimit)) }
    redisEnableKeepAlive(context)
    if let password = address.password {
      try command(["AUTH"] + (address.user.map { [$0] } ?? []) + [password], isSecret: true)
    }
    if address.database != 0 { try command(["SELECT", "\(address.database)"]) }
  }

  deinit { redisFree(context) }

  /// Sends one command and waits for its answer. An error that Redis answers is thrown as ``RedisError/refused(_:)``.
  @discardableResult
  package func command(_ words: [String]) throws(RedisError) -> RedisReply { try command(words, isSecret: false) }

  /// Sends commands at once and waits for all their answers. The first error that Redis answers is thrown after all were read.
  @discardableResult
  package func pipeline(_ commands: [[String]]) throws(RedisError) -> [RedisReply] {
    for words in commands { try append(words) }
    var replies: [RedisReply] = []
    var problem: RedisError?
    for _ in commands {
      do throws(RedisError) {
        replies.append(try receive())
      } catch .refused(let text) {
        problem = problem ?? .refused(text)
      }
    }
    if let problem { throw problem }
    return replies
  }

  /// Waits for what the server sends next: an answer, or a message to a subscriber.
  package func receive() throws(RedisError) -> RedisReply {
    var reply: UnsafeMutableRawPointer?
    guard redisGetReply(context, &reply) == REDIS_OK, let reply else { throw failure() }
    defer { freeReplyObject(reply) }
    let value = reply.assumingMemoryBound(to: redisReply.self)
    if value.pointee.type == REDIS_REPLY_ERROR {
      throw .refused("\(address): \(String(decoding: RedisReply.bytes(value.pointee), as: UTF8.self))")
    }
    return RedisReply(value)
  }

  /// What the server sends within this time: a message to a subscriber, say; `nil` when nothing came. Never reads longer.
  package func next(within limit: Duration) throws(RedisError) -> RedisReply? {
    let deadline = ContinuousClock.now + limit
    while true {
      var reply: UnsafeMutableRawPointer?
      guard redisGetReplyFromReader(context, &reply) == REDIS_OK else { throw failure() }
      if let reply {
        defer { freeReplyObject(reply) }
        return RedisReply(reply.assumingMemoryBound(to: redisReply.self))
      }
      var descriptor = pollfd(fd: context.pointee.fd, events: Int16(POLLIN), revents: 0)
      let ready = poll(&descriptor, 1, Int32(max(0, ContinuousClock.now.duration(to: deadline) / .milliseconds(1))))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return nil }
      guard redisBufferRead(context) == REDIS_OK else { throw failure() }
    }
  }

  /// Sends a command whose answers ``next(within:)`` brings.
  package func send(_ words: [String]) throws(RedisError) {
    try append(words)
    var isDone: Int32 = 0
    while isDone == 0 {
      guard redisBufferWrite(context, &isDone) == REDIS_OK else { throw failure() }
    }
  }

  @discardableResult
  private func command(_ words: [String], isSecret: Bool) throws(RedisError) -> RedisReply {
    try append(words)
    do throws(RedisError) {
      return try receive()
    } catch .refused(let text) {
      // Redis may quote what it was sent.
      throw isSecret ? .refused("\(address) does not take this user and password") : .refused(text)
    }
  }

  private func append(_ words: [String]) throws(RedisError) {
    // The protocol's form of a command: an array of strings, each with its length before it.
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words {
      bytes.append(contentsOf: "$\(word.utf8.count)\r\n\(word)\r\n".utf8)
    }
    let sent = bytes.withUnsafeBytes { raw in
      redisAppendFormattedCommand(context, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
    guard sent == REDIS_OK else { throw failure() }
  }

  private func failure() -> RedisError {
    let text = withUnsafeBytes(of: context.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let isTimeout = context.pointee.err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)
    return .unreachable("\(address) \(isTimeout ? "did not answer in time" : "cannot be reached: \(text)")")
  }

  private static func time(_ duration: Duration) -> timeval {
    let (seconds, attoseconds) = duration.components
    return timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
  }
}
