import CCurl
import CCurlShim
import ControllerRuntime
import Kubernetes
import Synchronization

/// One answer on its way: the engine's thread puts bytes in, one task takes them out.
///
///     waiting for the head ─▶ streaming ⇄ paused (reader too slow) ─▶ done
///
/// `@unchecked Sendable` because `state` is behind a mutex and everything else is touched by the engine's thread only.
final class CurlTransfer: ByteSource, @unchecked Sendable {
  private struct State {
    var head: APIResponseHead?
    var chunks: [[UInt8]] = []
    var taken = 0
    var buffered = 0
    var isPaused = false
    var isDone = false
    var failure: (any Error)?
    var headWaiter: CheckedContinuation<APIResponseHead, any Error>?
    var chunkWaiter: CheckedContinuation<[UInt8]?, any Error>?
  }

  private let state = Mutex(State())
  private unowned let engine: CurlEngine
  let call: CurlCall

  // Engine thread only.
  var handle: UnsafeMutableRawPointer?
  var headerList: UnsafeMutablePointer<CurlHeaderList>?
  var connectList: UnsafeMutablePointer<CurlHeaderList>?
  /// Where libcurl writes what went wrong, in more words than a result code has.
  var errorBuffer: UnsafeMutablePointer<CChar>?
  private var areConnectionsCounted = false
  private var pending = APIResponseHead(status: 0)
  private var isHeadPublished = false

  init(_ call: CurlCall, engine: CurlEngine) {
    self.call = call
    self.engine = engine
  }

  var isDone: Bool { state.withLock { $0.isDone } }

  /// The head of the answer, once it is there.
  func head() async throws -> APIResponseHead {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<APIResponseHead, any Error>? = state.withLock { state in
          if let head = state.head { return .success(head) }
          if state.isDone { return .failure(state.failure ?? CancellationError()) }
          state.headWaiter = continuation
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      engine.post(.cancel(self))
    }
  }

  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        var resumes = false
        let ready: Result<[UInt8]?, any Error>? = state.withLock { state in
          if let chunk = Self.take(&state) {
            if state.isPaused, state.buffered <= call.highWater / 4 {
              state.isPaused = false
              resumes = true
            }
            return .success(chunk)
          }
          if state.isDone { return state.failure.map { .failure($0) } ?? .success(nil) }
          state.chunkWaiter = continuation
          return nil
        }
        if resumes { engine.post(.resume(self)) }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      engine.post(.cancel(self))
    }
  }

  /// Bytes that wait for the reader.
  var bufferedBytes: Int { state.withLock { $0.buffered } }

  private static func take(_ state: inout State) -> [UInt8]? {
    guard state.taken < state.chunks.count else { return nil }
    let chunk = state.chunks[state.taken]
    state.chunks[state.taken] = []
    state.taken += 1
    state.buffered -= chunk.count
    if state.taken == state.chunks.count {
      state.chunks.removeAll(keepingCapacity: true)
      state.taken = 0
    }
    return chunk
  }
}

// MARK: The engine's side

extension CurlTransfer {
  /// Adds the connections that libcurl opened for this transfer to the engine's count.
  func countConnections() {
    guard let handle, !areConnectionsCounted else { return }
    areConnectionsCounted = true
    var opened = 0
    _ = podium_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &opened)
    engine.connections.add(opened, ordering: .relaxed)
  }

  /// What libcurl says about its result.
  func failure(_ result: CURLcode) -> CurlFailure {
    let words = errorBuffer.map { String(cString: $0) } ?? ""
    return CurlFailure(code: result.rawValue, reason: words.isEmpty ? String(cString: curl_easy_strerror(result)) : words)
  }

  /// Frees what the handle's options pointed to; the handle has been reset.
  func release() {
    handle = nil
    curl_slist_free_all(headerList)
    headerList = nil
    curl_slist_free_all(connectList)
    connectList = nil
    errorBuffer?.deallocate()
    errorBuffer = nil
  }

  /// A line of the head, with its line end. A head with a status below 200 is followed by another one.
  func receive(headerLine bytes: UnsafeBufferPointer<UInt8>) {
    var line = bytes[...]
    while let last = line.last, last == 0x0D || last == 0x0A { line.removeLast() }
    if line.isEmpty {
      if pending.status >= 200 { publishHead() }
      return
    }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      pending = APIResponseHead(status: text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    } else if text.lowercased().hasPrefix("retry-after:") {
      let value = text.dropFirst("retry-after:".count).drop { $0 == " " }
      pending.retryAfter = Int(value).map { .seconds($0) }
    }
  }

  private func publishHead() {
    guard !isHeadPublished else { return }
    isHeadPublished = true
    countConnections()
    let head = pending
    let waiter = state.withLock { state in
      state.head = head
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume(returning: head)
  }

  /// Takes bytes of the body; `false` asks libcurl to pause and to offer the same bytes again later.
  func receive(body bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    enum Outcome {
      case paused
      case kept
      case handed(CheckedContinuation<[UInt8]?, any Error>)
    }
    let outcome: Outcome = state.withLock { state in
      if let waiter = state.chunkWaiter {
        state.chunkWaiter = nil
        return .handed(waiter)
      }
      if state.buffered >= call.highWater {
        state.isPaused = true
        return .paused
      }
      state.chunks.append(Array(bytes))
      state.buffered += bytes.count
      return .kept
    }
    switch outcome {
    case .paused: return false
    case .kept: return true
    case .handed(let waiter):
      waiter.resume(returning: Array(bytes))
      return true
    }
  }

  func finish(_ failure: (any Error)?) {
    if failure == nil { publishHead() }
    let (headWaiter, chunkWaiter) = state.withLock { state in
      if !state.isDone {
        state.isDone = true
        state.failure = failure
      }
      defer {
        state.headWaiter = nil
        state.chunkWaiter = nil
      }
      return (state.headWaiter, state.chunkWaiter)
    }
    headWaiter?.resume(throwing: failure ?? CancellationError())
    if let failure {
      chunkWaiter?.resume(throwing: failure)
    } else {
      chunkWaiter?.resume(returning: nil)
    }
  }
}
