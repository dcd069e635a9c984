/// Asks again and again until there is an answer, and fails past the deadline naming what was waited for.
///
/// An error counts as "not yet"; the last one is part of the failure.
@discardableResult
package func eventually<Answer>(
  _ what: String, within limit: Duration = .seconds(30), every interval: Duration = .milliseconds(20),
  isolation: isolated (any Actor)? = #isolation, _ ask: () async throws -> Answer?
) async throws -> Answer {
  let deadline = ContinuousClock.now + limit
  var lastError: (any Error)?
  while true {
    do {
      if let answer = try await ask() { return answer }
      lastError = nil
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      lastError = error
    }
    guard ContinuousClock.now < deadline else {
      throw TestKitError("not within \(limit): \(what)" + (lastError.map { "; the last error: \($0)" } ?? ""))
    }
    try await Task.sleep(for: interval)
  }
}

/// Waits until a condition holds, and fails past the deadline naming it.
package func eventually(
  _ what: String, within limit: Duration = .seconds(30), every interval: Duration = .milliseconds(20),
  isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
  _ = try await eventually(what, within: limit, every: interval) { try await condition() ? true : nil } as Bool
}
