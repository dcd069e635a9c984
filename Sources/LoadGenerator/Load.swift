import DataPlane
import NIOCore
import NIOPosix

/// Sends requests by a plan and measures the answers.
package enum Load {
  /// - Parameter group: One event loop of it carries all connections.
  package static func run(_ plan: LoadPlan, on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) async throws -> LoadReport
  {
    let address = try SocketAddress(ipAddress: plan.host, port: plan.port)
    let loop = group.next()
    let promise = loop.makePromise(of: LoadReport.self)
    let driver = LoadDriver(plan, address: address, loop: loop, finished: promise)
    loop.execute { driver.start() }
    return try await promise.futureResult.get()
  }
}
