import CCurl
import CCurlShim
import ControllerRuntime
import Foundation
import Synchronization

typealias CurlHeaderList = curl_slist

/// libcurl's multi interface on one thread: the only owner of the multi handle and of every easy handle.
///
///     post(command) ─▶ queue ─ curl_multi_wakeup ─▶ thread: commands ▸ perform ▸ finished transfers ▸ poll
///
/// `@unchecked Sendable` because `queue` is behind a mutex, `multi` is replaced and woken only under that mutex (and
/// `curl_multi_wakeup` is the one call libcurl allows from other threads), and everything else is touched by the engine's thread only.
final class CurlEngine: @unchecked Sendable {
  enum Command: Sendable {
    case start(CurlTransfer)
    case cancel(CurlTransfer)
    case resume(CurlTransfer)
    /// Ends every transfer with an error; the connections are closed, the engine goes on.
    case reset
    case stop
  }

  /// Reusable handles that are kept.
  private static let maximumIdleHandles = 32
  private static let globalSetup: Void = {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    signal(SIGPIPE, SIG_IGN)  // With NOSIGNAL set, libcurl leaves it to us.
  }()

  private struct Queue {
    var commands: [Command] = []
    var isStopped = false
  }

  private let queue = Mutex(Queue())
  private let maximumHostConnections: Int
  private var multi: UnsafeMutableRawPointer
  private var live: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var idle: [UnsafeMutableRawPointer] = []
  /// Connections opened so far.
  let connections = Atomic<Int>(0)

  /// - Parameter maximumHostConnections: 0 sets no limit: right for HTTP/1.1, where each watch takes a connection.
  init(maximumHostConnections: Int) {
    _ = Self.globalSetup
    self.maximumHostConnections = maximumHostConnections
    multi = Self.makeMulti(maximumHostConnections)
    let thread = Thread { [self] in loop() }
    thread.name = "curl"
    thread.stackSize = 1 << 20
    thread.start()
  }

  private static func makeMulti(_ maximumHostConnections: Int) -> UnsafeMutableRawPointer {
    let multi: UnsafeMutableRawPointer = curl_multi_init()
    _ = podium_curl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    _ = podium_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, maximumHostConnections)
    _ = podium_curl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 250)
    return multi
  }

  func post(_ command: Command) {
    let isAccepted = queue.withLock { queue in
      if queue.isStopped { return false }
      if case .stop = command { queue.isStopped = true }
      queue.commands.append(command)
      if queue.commands.count == 1 { curl_multi_wakeup(multi) }
      return true
    }
    if !isAccepted, case .start(let transfer) = command { transfer.finish(TransportError(.shutdown, "the client is shut down")) }
  }

  func start(_ call: CurlCall) -> CurlTransfer {
    let transfer = CurlTransfer(call, engine: self)
    post(.start(transfer))
    return transfer
  }

  // MARK: The thread

  private func loop() {
    var running: Int32 = 0
    while true {
      let commands = queue.withLock { queue in
        defer { queue.commands.removeAll(keepingCapacity: true) }
        return queue.commands
      }
      for command in commands where perform(command) == .ended { return }
      curl_multi_perform(multi, &running)
      var result = CURLE_OK
      while let handle = podium_curl_next_done(multi, &result) {
        guard let transfer = live[handle] else { continue }
        end(transfer, result == CURLE_OK ? nil : transfer.failure(result))
      }
      curl_multi_poll(multi, nil, 0, 60_000, nil)
    }
  }

  private enum Progress { case ongoing, ended }

  private func perform(_ command: Command) -> Progress {
    switch command {
    case .start(let transfer): begin(transfer)
    case .cancel(let transfer):
      if transfer.handle != nil { end(transfer, CancellationError()) } else { transfer.finish(CancellationError()) }
    case .resume(let transfer):
      if let handle = transfer.handle { curl_easy_pause(handle, CURLPAUSE_CONT) }
    case .reset:
      for transfer in live.values { end(transfer, TransportError(.interrupted, "the connection no longer answers")) }
      idle.forEach { curl_easy_cleanup($0) }
      idle.removeAll()
      // The connections belong to the multi handle: without another one the next request would use the dead connection again.
      // The other one is woken, as commands posted since this batch was taken have woken the old one.
      let old = multi
      queue.withLock { _ in
        multi = Self.makeMulti(maximumHostConnections)
        curl_multi_wakeup(multi)
      }
      curl_multi_cleanup(old)
    case .stop:
      for transfer in live.values { end(transfer, TransportError(.shutdown, "the client is shut down")) }
      idle.forEach { curl_easy_cleanup($0) }
      curl_multi_cleanup(multi)
      return .ended
    }
    return .ongoing
  }

  private func begin(_ transfer: CurlTransfer) {
    if transfer.isDone { return }
    guard let handle = idle.popLast() ?? curl_easy_init() else {
      transfer.finish(CurlFailure(code: CURLE_OUT_OF_MEMORY.rawValue, reason: "no memory for a transfer"))
      return
    }
    transfer.handle = handle
    CurlOptions.apply(transfer, to: handle)
    live[handle] = transfer  // Keeps it alive for the callbacks.
    let result = curl_multi_add_handle(multi, handle)
    if result != CURLM_OK { end(transfer, CurlFailure(code: UInt32(bitPattern: result.rawValue), reason: "the transfer could not start")) }
  }

  private func end(_ transfer: CurlTransfer, _ failure: (any Error)?) {
    guard let handle = transfer.handle else { return }
    transfer.countConnections()
    transfer.finish(failure)
    curl_multi_remove_handle(multi, handle)
    live[handle] = nil
    curl_easy_reset(handle)
    transfer.release()
    if idle.count < Self.maximumIdleHandles { idle.append(handle) } else { curl_easy_cleanup(handle) }
  }
}
