import NIOCore
import NIOPosix
import Scheduling
import Synchronization
import Testing

@testable import DataPlane

/// A model server whose connection for reports goes at the worst moment: the scheduler's loop once span for ever over one.
@Suite struct `A connection for reports that went` {
  @Test func `says so to whoever asks before its handler is removed`() async throws {
    try await TestPlane.run { plane in
      let server = try await plane.modelServer()
      let connection = MetricsConnection(host: "test")
      let channel = try await ClientBootstrap(group: plane.group)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(connection) }
        }
        .connect(host: "127.0.0.1", port: server.port).get()
      let answers = Mutex<[Bool]>([])
      try await channel.eventLoop.submit {
        // As NIO does it when the other side has closed; the handler stays until the next turn of the loop.
        channel.pipeline.fireChannelInactive()
        #expect(!connection.isOpen)
        connection.fetch { page, _ in answers.withLock { $0.append(page == nil) } }
      }.get()
      #expect(answers.withLock { $0 } == [true], "whoever asked would wait for ever")
      try? await channel.close().get()
    }
  }

  @Test func `is made again, for a server that closes each one at once`() async throws {
    try await TestPlane.run(loops: 1) { plane in
      let count = Mutex(0)
      let server = try await ServerBootstrap(group: plane.group)
        .childChannelInitializer { channel in
          count.withLock { $0 += 1 }
          return channel.close().flatMapError { _ in channel.eventLoop.makeSucceededVoidFuture() }
        }
        .bind(host: "127.0.0.1", port: 0).get()
      let backend = Backend(host: "127.0.0.1", port: server.localAddress?.port ?? 0)
      try plane.server.apply(
        TestPlane.policy(pools: [
          PoolPolicy(name: "m", models: ["m"], servedModel: "m", backends: [backend], scheduling: .standard)
        ]))
      await until("it is asked again and again") { count.withLock { $0 } >= 4 }
      // Its loop serves others meanwhile.
      let client = try await plane.client()
      client.send("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
      await client.receive("200 OK")
      try await server.close().get()
    }
  }
}
