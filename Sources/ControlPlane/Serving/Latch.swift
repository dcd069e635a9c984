import Synchronization

/// A value that is known once; everybody who asks earlier waits.
final class Latch<Value: Sendable>: Sendable {
  private enum State {
    case waiting([CheckedContinuation<Value, any Error>])
    case settled(Result<Value, any Error>)
  }

  private let state = Mutex(State.waiting([]))

  var value: Value {
    get async throws {
      try await withCheckedThrowingContinuation { continuation in
        let settled: Result<Value, any Error>? = state.withLock { state in
          switch state {
          case .settled(let result): return result
          case .waiting(let waiting):
            state = .waiting(waiting + [continuation])
            return nil
          }
        }
        if let settled { continuation.resume(with: settled) }
      }
    }
  }

  func succeed(_ value: Value) { settle(.success(value)) }
  func fail(_ error: any Error) { settle(.failure(error)) }

  /// The first settlement counts.
  private func settle(_ result: Result<Value, any Error>) {
    let waiting: [CheckedContinuation<Value, any Error>] = state.withLock { state in
      guard case .waiting(let waiting) = state else { return [] }
      state = .settled(result)
      return waiting
    }
    for continuation in waiting { continuation.resume(with: result) }
  }
}
