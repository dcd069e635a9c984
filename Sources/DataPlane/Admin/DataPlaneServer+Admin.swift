import NIOCore
import NIOPosix

extension DataPlaneServer {
  /// Why the newest policy was refused; `nil` when it was taken. Applying a policy clears it, whoever reads policies sets it.
  package var refusal: String? {
    get { context.standing.refusal }
    set { context.standing.refusal = newValue }
  }

  /// Listens for whoever watches over this process; `nil` when the configuration says no.
  func listenForAdmin(on group: any EventLoopGroup, _ byLoop: [ObjectIdentifier: LoopState]) async throws -> (any Channel)? {
    guard let admin = context.configuration.admin else { return nil }
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = byLoop[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.ioOnClosedChannel }
          try channel.pipeline.syncOperations.addHandler(ClientConnection(loop, isAdmin: true))
        }
      }
    do {
      return try await bootstrap.bind(host: admin.host, port: admin.port).get()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw DataPlaneError.portInUse(host: admin.host, port: admin.port)
    } catch {
      throw DataPlaneError.cannotListen(host: admin.host, port: admin.port, reason: "\(error)")
    }
  }
}
