import RedisClient
import TestKit
import Testing

@Suite struct `The address of a Redis` {
  @Test func `is read whole, with what is left out, and shows no password`() throws {
    let address = try RedisAddress("redis://me:p%2Fw@redis.example:6380/3")
    #expect(address.host == "redis.example" && address.port == 6380 && address.database == 3)
    #expect("\(address)" == "redis://me@redis.example:6380/3" && !String(reflecting: address).contains("p/w"))
    let plain = try RedisAddress("redis://[::1]")
    #expect(plain.host == "::1" && plain.port == 6379 && "\(plain)" == "redis://[::1]:6379/0")
  }

  @Test(arguments: [
    ("localhost:6379", "write redis://"), ("rediss://a", "TLS"), ("redis://", "write redis://"), ("redis://a/b", "a number"),
    ("redis://a?x=1", "write redis://"), ("http://a", "write redis://"),
  ])
  func `that makes no sense is refused with what to write`(text: String, advice: String) throws {
    let error = #expect(throws: RedisError.self) { try RedisAddress(text) }
    #expect("\(try #require(error))".contains(advice))
  }
}

@Suite(.serialized, .enabled(if: RedisServer.program != nil, "there is no Redis; hack/setup test installs it"))
struct `A connection to a real Redis` {
  @Test func `sends any bytes, one command or many, and says what Redis refuses`() async throws {
    let server = try await RedisServer.start()
    let connection = try RedisConnection(try RedisAddress(server.url))
    #expect(try connection.command(["SET", "key with spaces", "a\r\n$5\r\n\0ü"]).string == "OK")
    #expect(try connection.command(["GET", "key with spaces"]).string == "a\r\n$5\r\n\0ü")
    #expect(try connection.command(["GET", "nothing"]) == .null)
    #expect(
      try connection.pipeline([["INCR", "n"], ["INCRBY", "n", "41"], ["MGET", "n", "x"]]) == [
        .integer(1), .integer(42), .array([.bytes(Array("42".utf8)), .null]),
      ])
    let error = #expect(throws: RedisError.self) { try connection.pipeline([["INCR", "key with spaces"], ["INCR", "n"]]) }
    #expect("\(try #require(error))".contains("not an integer"))
    // The connection goes on.
    #expect(try connection.command(["GET", "n"]).int == 43)
  }

  @Test func `tells a wrong password without showing it, and a server that is away or silent`() async throws {
    let server = try await RedisServer.start()
    let wrong = #expect(throws: RedisError.self) {
      try RedisConnection(try RedisAddress("redis://:nonsense-word@127.0.0.1:\(server.port)"))
    }
    #expect("\(try #require(wrong))".contains("does not take this user and password") && !"\(wrong as Any)".contains("nonsense"))
    let address = try RedisAddress(server.url)
    let connection = try RedisConnection(address)
    try await server.stop()
    #expect(throws: RedisError.self) { try connection.command(["PING"]) }
    let gone = #expect(throws: RedisError.self) { try RedisConnection(address) }
    #expect("\(try #require(gone))".contains("cannot be reached"))
    let silent = try ScriptedServer { _ in [.stall] }
    let slow = #expect(throws: RedisError.self) {
      try RedisConnection(
        try RedisAddress("redis://:x@127.0.0.1:\(silent.port)"), connectLimit: .seconds(2), commandLimit: .milliseconds(200))
    }
    #expect("\(try #require(slow))".contains("did not answer in time"))
  }
}
