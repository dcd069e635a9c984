import ControllerRuntime
import Synchronization

/// An answer whose bytes a test sends when it likes.
final class FakeStream: ByteSource {
  private struct State {
    var chunks: [[UInt8]] = []
    var ending: Result<Void, TransportError>?
    var waiter: CheckedContinuation<[UInt8]?, any Error>?
  }

  private let state = Mutex(State())

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    let waiter = state.withLock { state in
      guard let waiter = state.waiter else {
        state.chunks.append(bytes)
        return nil as CheckedContinuation<[UInt8]?, any Error>?
      }
      state.waiter = nil
      return waiter
    }
    waiter?.resume(returning: bytes)
  }

  func end() { end(.success(())) }
  func fail(_ error: TransportError) { end(.failure(error)) }

  private func end(_ ending: Result<Void, TransportError>) {
    let waiter = state.withLock { state in
      state.ending = ending
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(with: ending.map { nil }.mapError { $0 })
  }

  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<[UInt8]?, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if !state.chunks.isEmpty { return .success(state.chunks.removeFirst()) }
          if let ending = state.ending { return ending.map { nil }.mapError { $0 } }
          state.waiter = continuation
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
  }
}
