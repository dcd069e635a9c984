import NIOCore
import Scheduling
import Synchronization

/// Numbers for the addresses of backends, so that the request path compares and indexes integers.
final class EndpointTable: Sendable {
  private struct Address: Hashable {
    var host: String
    var port: Int
  }
  private struct State {
    var numbers: [Address: Int] = [:]
    var addresses: [SocketAddress] = []
  }
  private let state = Mutex(State())

  /// The number of a backend's address; the same address has the same number for ever.
  /// - Returns: `nil` when the host is not an IP address.
  func number(of backend: Backend) -> Int? {
    state.withLock { state in
      let key = Address(host: backend.host, port: backend.port)
      if let known = state.numbers[key] { return known }
      guard let address = try? SocketAddress(ipAddress: backend.host, port: backend.port) else { return nil }
      let number = state.addresses.count
      state.addresses.append(address)
      state.numbers[key] = number
      return number
    }
  }

  func address(_ number: Int) -> SocketAddress { state.withLock { $0.addresses[number] } }
}
