import NIOCore
import Scheduling
import Synchronization

/// Numbers for the addresses of backends, so that the request path compares and indexes integers.
///
/// A number is an index, which is used again when its address has left every policy, and a generation, which is not: what still holds
/// the number of an address that has gone finds nothing, never somebody else.
final class EndpointTable: Sendable {
  private struct Address: Hashable {
    var host: String
    var port: Int
  }
  private struct Entry {
    var generation: Int
    var address: SocketAddress?
  }
  private struct State {
    var numbers: [Address: Int] = [:]
    var entries: [Entry] = []
    var free: [Int] = []
  }
  private let state = Mutex(State())

  static func index(_ number: Int) -> Int { number & 0xffff_ffff }
  static func generation(_ number: Int) -> Int { number >> 32 }

  /// The number of a backend's address; the same address has the same number as long as it is in a policy.
  /// - Returns: `nil` when the host is not an IP address.
  func number(of backend: Backend) -> Int? {
    state.withLock { state in
      let key = Address(host: backend.host, port: backend.port)
      if let known = state.numbers[key] { return known }
      guard let address = try? SocketAddress(ipAddress: backend.host, port: backend.port) else { return nil }
      let index = state.free.popLast() ?? state.entries.count
      if index == state.entries.count { state.entries.append(Entry(generation: 0)) }
      state.entries[index].address = address
      let number = state.entries[index].generation << 32 | index
      state.numbers[key] = number
      return number
    }
  }

  /// `nil` when the address has left every policy.
  func address(_ number: Int) -> SocketAddress? {
    state.withLock { state in
      let entry = state.entries[Self.index(number)]
      return entry.generation == Self.generation(number) ? entry.address : nil
    }
  }

  /// Takes the names of addresses that are in no policy any more; what was dispatched to them can still find them.
  /// - Returns: Their numbers, for `recycle` when all loops have been told.
  func retire(except backends: some Sequence<Backend>) -> [Int] {
    let kept = Set(backends.map { Address(host: $0.host, port: $0.port) })
    return state.withLock { state in
      let gone = state.numbers.filter { !kept.contains($0.key) }
      for key in gone.keys { state.numbers[key] = nil }
      return Array(gone.values)
    }
  }

  /// The indices may be used again.
  func recycle(_ numbers: [Int]) {
    state.withLock { state in
      for number in numbers where state.entries[Self.index(number)].generation == Self.generation(number) {
        state.entries[Self.index(number)].generation += 1
        state.entries[Self.index(number)].address = nil
        state.free.append(Self.index(number))
      }
    }
  }

  /// Addresses that have a number.
  var count: Int { state.withLock { $0.numbers.count } }
  /// Numbers there is room for.
  var capacity: Int { state.withLock { $0.entries.count } }
}
