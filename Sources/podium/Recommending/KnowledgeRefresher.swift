import KnowledgeBase
import Logging
import ServiceLifecycle

/// Reads a database again from time to time: what others import is seen, and one that comes back is noticed. While it is gone the
/// last good facts stay.
struct KnowledgeRefresher: Service {
  let source: KnowledgeSource
  let logger: Logger

  private static let interval = Duration.seconds(30)

  func run() async throws {
    if source.location == .shipped {
      // The program's own files do not change.
      try await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown {
      var known = source.current.trouble?.text
      while !Task.isCancelled {
        do { try await Task.sleep(for: Self.interval) } catch { return }
        let trouble = await source.refresh().trouble?.text
        if let trouble, trouble != known { logger.warning("\(trouble)", metadata: ["component": "knowledge"]) }
        if trouble == nil, known != nil {
          logger.notice("the facts are read from \(source.location) again", metadata: ["component": "knowledge"])
        }
        known = trouble
      }
    }
  }
}
