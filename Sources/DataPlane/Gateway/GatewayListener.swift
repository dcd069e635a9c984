import NIOCore
import NIOPosix
import NIOSSL

/// Where gateways connect: HTTP/2, each of whose streams is given to somebody else, on the event loops of the data plane.
package struct GatewayListener: Sendable {
  /// An IP address to listen on.
  package var host = "127.0.0.1"
  /// 0 takes any free port.
  package var port = 0
  package var tls: TLSSettings?
  package var limits = HTTP2Limits()
  package var settings = GatewaySettings()
  /// Adds the handlers of a stream, which read and write `HTTP2Frame.FramePayload`. The closure that it is given makes one call of the
  /// stream's own event loop each time.
  package var install: @Sendable (any Channel, @escaping () -> GatewayCall) throws -> Void

  /// A gateway opens one connection for each of its threads, and carries the requests of everybody over it: the bounds of a single
  /// client's connection would cut off all of them when a few hundred give up at the same time.
  package init(install: @escaping @Sendable (any Channel, @escaping () -> GatewayCall) throws -> Void) {
    self.install = install
    limits.concurrentStreams = 1 << 20
    limits.connectionWindow = 16 << 20
    // Envoy ends every stream with a reset, also of a request that was served: this bounds requests in a second.
    limits.resets = 1 << 16
    limits.streamErrors = 1 << 12
    limits.controlFrames = 1 << 12
    limits.window = .seconds(1)
    limits.glitches = .max
    limits.keepalive = .seconds(30)
  }

  func install(on stream: any Channel, _ loop: LoopState, _ carrier: Carrier) throws {
    let settings = settings
    try install(stream) { GatewayCall(loop, carrier, settings: settings) }
  }
}

extension DataPlaneServer {
  /// Listens for gateways as well, until the server stops. Their streams are drained as clients' requests are.
  /// - Returns: The port that is listened on.
  package func listen(_ gateway: GatewayListener) async throws -> Int {
    let keeper = try gateway.tls.map { try keep($0) }
    let byLoop = byLoop
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: context.configuration.backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = byLoop[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.ioOnClosedChannel }
          if let keeper { return try SecureFront.install(on: channel, loop, keeper, gateway: gateway) }
          try HTTP2Front.install(on: channel, loop, Carrier(isSecure: false), gateway: gateway)
        }
      }
    do {
      let channel = try await bootstrap.bind(host: gateway.host, port: gateway.port).get()
      add(channel)
      return channel.localAddress?.port ?? gateway.port
    } catch {
      throw Self.cannotListen(gateway.host, gateway.port, error)
    }
  }
}
