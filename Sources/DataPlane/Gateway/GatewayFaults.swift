import Logging
import Scheduling
import Synchronization

/// Says what gateways do wrong. Whoever set one up wrongly does so with every request: the same thing is said once a minute.
final class GatewayFaults: Sendable {
  private static let interval = Duration.seconds(60)
  /// Different ones that are remembered; then all of them are forgotten.
  private static let capacity = 100

  private let said = Mutex<[String: MonotonicTime]>([:])

  func isNews(_ fault: String, now: MonotonicTime) -> Bool {
    said.withLock { said in
      if let last = said[fault], now < last.advanced(by: Self.interval) { return false }
      if said.count >= Self.capacity { said = [:] }
      said[fault] = now
      return true
    }
  }
}

extension DataPlaneServer {
  /// - Parameter fault: Why a gateway's stream was ended.
  package func report(gatewayFault fault: String) {
    guard gatewayFaults.isNews(fault, now: DataPlaneContext.now) else { return }
    context.logger.warning("a gateway's stream was ended: \(fault)")
  }
}
