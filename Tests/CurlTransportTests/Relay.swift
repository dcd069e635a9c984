import Foundation
import Synchronization
import TestKit

/// Passes bytes between clients and a server on loopback, counts them, and can fail as a network does.
///
/// It has threads of its own, two per connection.
final class Relay: Sendable {
  private struct Pair {
    let client: Int32
    let server: Int32
    var isFrozen = false
  }

  /// How many of a connection's two threads have ended.
  private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    func next() -> Int { count.add(1, ordering: .acquiringAndReleasing).newValue }
  }

  private struct State {
    var pairs: [Int: Pair] = [:]
    var accepted = 0
    var bytesFromServer = 0
    var isStopped = false
  }

  let port: Int
  private let listener: Int32
  private let target: Int?
  private let greeting: [UInt8]
  private let state = Mutex(State())

  /// - Parameters:
  ///   - target: a port on 127.0.0.1; without one every connection ends as soon as its client has said something.
  ///   - host: an address of this machine to listen at.
  ///   - greeting: what the client gets before that end; empty for a reset.
  init(to target: Int?, host: String = "127.0.0.1", greeting: String = "") throws {
    self.target = target
    self.greeting = Array(greeting.utf8)
    listener = try Self.socket()
    var address = Self.address(host, 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else { throw TestKitError("cannot listen at \(host): \(String(cString: strerror(errno)))") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [weak self] in
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0 else { return }
        guard let self else {
          close(client)
          return
        }
        start(client)
      }
    }.start()
  }

  deinit { stop() }

  /// Connections accepted so far.
  var connectionCount: Int { state.withLock { $0.accepted } }
  /// What clients got so far.
  var bytesFromServer: Int { state.withLock { $0.bytesFromServer } }

  /// From now on the connections that are open swallow what they get, without a word to either side; new ones work.
  func freeze() {
    state.withLock { state in for number in state.pairs.keys { state.pairs[number]?.isFrozen = true } }
  }

  /// Refuses new connections and breaks those that are open.
  func stop() {
    let pairs: [Pair]? = state.withLock { state in
      if state.isStopped { return nil }
      state.isStopped = true
      return Array(state.pairs.values)
    }
    guard let pairs else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    for pair in pairs { Self.shutDown(pair) }
  }

  private func start(_ client: Int32) {
    guard let target else {
      dismiss(client)
      return
    }
    guard let server = try? Self.socket(), Self.connect(server, to: target) else {
      close(client)
      return
    }
    let pair = Pair(client: client, server: server)
    let number = state.withLock { state in
      state.accepted += 1
      state.pairs[state.accepted] = pair
      return state.accepted
    }
    // The last of the two closes both, so that no number of a socket is used again under the other's feet.
    let ended = Counter()
    for isDown in [true, false] {
      Thread { [self] in
        pump(number, from: isDown ? server : client, to: isDown ? client : server, isDown: isDown)
        Self.shutDown(pair)
        guard ended.next() == 2 else { return }
        state.withLock { $0.pairs[number] = nil }
        close(client)
        close(server)
      }.start()
    }
  }

  /// With a greeting everything is read first: closing a socket with something unread is a reset.
  private func dismiss(_ client: Int32) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    _ = recv(client, &buffer, greeting.isEmpty ? 1 : buffer.count, 0)
    _ = greeting.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    close(client)
  }

  private func pump(_ number: Int, from source: Int32, to sink: Int32, isDown: Bool) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(source, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      let isFrozen = state.withLock { state in
        if isDown { state.bytesFromServer += count }
        return state.pairs[number]?.isFrozen ?? false
      }
      if isFrozen { continue }
      var sent = 0
      while sent < count {
        let written = buffer[sent..<count].withUnsafeBytes { send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard written > 0 else { return }
        sent += written
      }
    }
  }

  private static func socket() throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw TestKitError("no socket: \(String(cString: strerror(errno)))") }
    return descriptor
  }

  private static func address(_ host: String, _ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    return address
  }

  private static func connect(_ descriptor: Int32, to port: Int) -> Bool {
    var address = address("127.0.0.1", port)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func shutDown(_ pair: Pair) {
    shutdown(pair.client, Int32(SHUT_RDWR))
    shutdown(pair.server, Int32(SHUT_RDWR))
  }
}
