import Dispatch
import Foundation
import Planning
import Synchronization

/// Where the planner's facts come from, with the last good ones at hand.
///
/// ``current`` never waits. ``refresh()`` reads again on a thread that is nobody else's; when the source is gone or holds something
/// wrong, the last good facts stay and ``KnowledgeSnapshot/trouble`` says why and since when.
package final class KnowledgeSource: Sendable {
  package let location: KnowledgeLocation
  private let snapshot: Mutex<KnowledgeSnapshot>
  private let now: @Sendable () -> Date
  // Reading and writing block; one at a time.
  private let queue = DispatchQueue(label: "podium.knowledge")

  package var current: KnowledgeSnapshot { snapshot.withLock { $0 } }

  /// Reads the facts, on the calling thread: for programs that run once. Throws when they cannot be had.
  package init(reading location: KnowledgeLocation, now: @escaping @Sendable () -> Date = { Date() }) throws(KnowledgeError) {
    self.location = location
    self.now = now
    snapshot = Mutex(try Self.read(location, now: now()))
  }

  private init(_ location: KnowledgeLocation, _ first: KnowledgeSnapshot, now: @escaping @Sendable () -> Date) {
    self.location = location
    self.now = now
    snapshot = Mutex(first)
  }

  /// Reads the facts without blocking the caller: for services. A server that does not answer yet is no reason not to start: the
  /// shipped facts serve until ``refresh()`` reaches it, and ``KnowledgeSnapshot/trouble`` says so. Throws when there is no such file,
  /// and when the source holds something wrong.
  package static func start(_ location: KnowledgeLocation, now: @escaping @Sendable () -> Date = { Date() }) async throws(KnowledgeError)
    -> KnowledgeSource
  {
    let time = now()
    let first: Result<KnowledgeSnapshot, KnowledgeError> = await onThread(DispatchQueue(label: "podium.knowledge.start")) {
      () throws(KnowledgeError) in
      do throws(KnowledgeError) {
        return try read(location, now: time)
      } catch .unreachable(let text) where location.isServer {
        var shipped = try read(.shipped, now: time)
        shipped.trouble = .init(text: "\(text); planning with the shipped facts until it answers", since: time)
        return shipped
      }
    }
    return KnowledgeSource(location, try first.get(), now: now)
  }

  /// For a place that may hold nothing yet: `podium catalog import`. Makes what is missing.
  package static func writing(_ location: KnowledgeLocation, now: @escaping @Sendable () -> Date = { Date() }) async throws(KnowledgeError)
    -> KnowledgeSource
  {
    let time = now()
    let first: Result<KnowledgeSnapshot, KnowledgeError> = await onThread(DispatchQueue(label: "podium.knowledge.start")) {
      () throws(KnowledgeError) in
      _ = try location.store(creating: true).update(CatalogChange())
      return try read(location, now: time)
    }
    return KnowledgeSource(location, try first.get(), now: now)
  }

  /// Reads the source again. Returns what is then current: what the source holds, or the last good facts with the trouble.
  @discardableResult
  package func refresh() async -> KnowledgeSnapshot {
    let (location, time) = (location, now())
    let result: Result<KnowledgeSnapshot, KnowledgeError> = await Self.onThread(queue) { () throws(KnowledgeError) in
      try Self.read(location, now: time)
    }
    return snapshot.withLock { current in
      switch result {
      case .success(let fresh): current = fresh
      case .failure(let error): current.trouble = .init(text: "\(error)", since: current.trouble?.since ?? time)
      }
      return current
    }
  }

  /// Adds rows that were learned from deployments, durably, and makes them part of ``current``. Of one model, accelerator, number of
  /// GPUs and lengths the newest ``CatalogStoreLimits/learnedRows`` are kept.
  package func record(learned rows: [Benchmark]) async throws(KnowledgeError) {
    try await update(CatalogChange(learned: rows))
  }

  /// Writes, then reads again. Nothing is written when any part of the change is refused.
  @discardableResult
  package func update(_ change: CatalogChange) async throws(KnowledgeError) -> CatalogChange.Summary {
    let location = location
    let result: Result<CatalogChange.Summary, KnowledgeError> = await Self.onThread(queue) { () throws(KnowledgeError) in
      try location.store(creating: true).update(change)
    }
    let summary = try result.get()
    await refresh()
    return summary
  }

  /// Everything the source holds, as documents and rows: for lists and exports.
  package func catalog() async throws(KnowledgeError) -> Catalog {
    let location = location
    let result: Result<Catalog, KnowledgeError> = await Self.onThread(queue) { () throws(KnowledgeError) in try Self.catalog(location) }
    return try result.get()
  }

  /// Everything a place holds, on the calling thread: for programs that run once.
  package static func catalog(_ location: KnowledgeLocation) throws(KnowledgeError) -> Catalog {
    guard location == .shipped else { return try location.store(creating: false).load() }
    do {
      return try KnowledgeBase.catalog()
    } catch {
      throw .unusable("\(error)")
    }
  }

  private static func read(_ location: KnowledgeLocation, now: Date) throws(KnowledgeError) -> KnowledgeSnapshot {
    do {
      let catalog = try catalog(location)
      return KnowledgeSnapshot(
        knowledge: try catalog.knowledge(), patterns: try catalog.patterns(), origin: "\(location)", loadedAt: now)
    } catch let error as KnowledgeError {
      throw error
    } catch {
      throw .unusable("\(error)")
    }
  }

  private static func onThread<Value: Sendable>(
    _ queue: DispatchQueue, _ work: @escaping @Sendable () throws(KnowledgeError) -> Value
  ) async -> Result<Value, KnowledgeError> {
    await withCheckedContinuation { continuation in
      queue.async {
        continuation.resume(returning: Result { () throws(KnowledgeError) in try work() })
      }
    }
  }
}
