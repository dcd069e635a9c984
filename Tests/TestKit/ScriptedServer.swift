import Foundation
import Synchronization

/// A small HTTP/1.1 server on loopback that answers as a test's script says: late, half, or not at all.
///
/// It has threads of its own, one per connection, so that it misbehaves without holding up anybody else.
package final class ScriptedServer: Sendable {
  package struct Request: Sendable {
    package let method: String
    /// Path and query.
    package let target: String
    /// Names in lower case.
    package let headers: [String: String]
    package let body: [UInt8]
    /// Counts the connections of this server, from 1.
    package let connection: Int
  }

  package enum Step: Sendable {
    /// Bytes as they are: a part of an answer.
    case send(String)
    /// A whole answer with a length.
    case answer(Int, String, headers: [String] = [])
    /// The head of an answer without a length, which ends with the connection.
    case open
    /// As many bytes as the reader takes, in lines, up to a limit; ``ScriptedServer/sent`` counts them.
    case flood(Int)
    case wait(milliseconds: Int)
    case close
    /// Closes so that the peer sees a reset.
    case reset
    /// Says nothing until the peer goes.
    case stall
  }
  package typealias Script = @Sendable (Request) -> [Step]

  private struct State {
    var requests: [Request] = []
    var connections: Set<Int32> = []
    var accepted = 0
    var ended = 0
    var sent = 0
    var isStopped = false
  }

  package let port: Int
  private let listener: Int32
  private let script: Script
  private let state = Mutex(State())

  package init(_ script: @escaping Script) throws {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard listener >= 0 else { throw TestKitError("no socket: \(String(cString: strerror(errno)))") }
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw TestKitError("cannot listen: \(String(cString: strerror(errno)))") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        guard let self else {
          Glibc.close(connection)
          return
        }
        start(connection)
      }
    }.start()
  }

  deinit { stop() }

  package var url: String { "http://127.0.0.1:\(port)" }
  package var requests: [Request] { state.withLock { $0.requests } }
  /// Connections accepted so far.
  package var connectionCount: Int { state.withLock { $0.accepted } }
  /// Connections that are open now.
  package var openCount: Int { state.withLock { $0.accepted - $0.ended } }
  /// Bytes that floods have written so far.
  package var sent: Int { state.withLock { $0.sent } }

  /// Refuses new connections and breaks those that are open.
  package func stop() {
    let open: Set<Int32>? = state.withLock { state in
      if state.isStopped { return nil }
      state.isStopped = true
      return state.connections
    }
    guard let open else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    Glibc.close(listener)
    for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
  }

  private func start(_ connection: Int32) {
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    let number = state.withLock { state in
      state.accepted += 1
      state.connections.insert(connection)
      return state.accepted
    }
    Thread { [self] in
      serve(connection, number)
      state.withLock { state in
        state.connections.remove(connection)
        state.ended += 1
      }
      Glibc.close(connection)
    }.start()
  }

  private func serve(_ connection: Int32, _ number: Int) {
    var buffer: [UInt8] = []
    while let request = read(connection, number, &buffer) {
      state.withLock { $0.requests.append(request) }
      for step in script(request) where !perform(step, connection) { return }
    }
  }

  private func read(_ connection: Int32, _ number: Int, _ buffer: inout [UInt8]) -> Request? {
    let blank = Array("\r\n\r\n".utf8)
    while true {
      if let end = (0..<max(0, buffer.count - 3)).first(where: { Array(buffer[$0..<($0 + 4)]) == blank }) {
        let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if buffer.count >= end + 4 + length, words.count == 3 {
          let body = Array(buffer[(end + 4)..<(end + 4 + length)])
          buffer.removeFirst(end + 4 + length)
          return Request(method: words[0], target: words[1], headers: headers, body: body, connection: number)
        }
      }
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      buffer += chunk.prefix(count)
    }
  }

  /// `false` when the connection is to end.
  private func perform(_ step: Step, _ connection: Int32) -> Bool {
    switch step {
    case .send(let text): return write(Array(text.utf8), connection)
    case .answer(let status, let body, let headers):
      let head = ["HTTP/1.1 \(status) X", "Content-Type: application/json", "Content-Length: \(body.utf8.count)"] + headers
      return write(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), connection)
    case .open: return write(Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n".utf8), connection)
    case .flood(let limit):
      let line = [UInt8](repeating: UInt8(ascii: "x"), count: 8191) + [UInt8(ascii: "\n")]
      for _ in 0..<(limit / line.count) {
        guard write(line, connection) else { return false }
        state.withLock { $0.sent += line.count }
      }
      return true
    case .wait(let milliseconds):
      usleep(UInt32(milliseconds) * 1000)
      return true
    case .close: return false
    case .reset:
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
      return false
    case .stall:
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
      return false
    }
  }

  private func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
