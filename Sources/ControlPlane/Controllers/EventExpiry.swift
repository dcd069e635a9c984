import JSON
import Kubernetes
import Logging

/// Removes Events that are older than their lifetime.
struct EventExpiry: Controller {
  static let collection = CollectionName(group: "", plural: "events")

  let writer: ObjectWriter
  let lifetime: Duration
  let interval: Duration
  let logger: Logger

  func run() async throws {
    while true {
      try await Task.sleep(for: interval)
      sweep()
    }
  }

  /// An Event lives from its last change: a repeat renews it.
  func sweep() {
    let now = writer.clock.now()
    for object in writer.store.list(Self.collection).objects {
      do {
        guard let written = try Self.lastChange(object), written.adding(lifetime) < now else { continue }
        _ = try ObjectRemover(writer: writer).delete(Self.collection, object.key, Deletion())
      } catch {
        logger.error("an expired event could not be removed", metadata: ["event": "\(object.key)", "error": "\(error)"])
      }
    }
  }

  private static func lastChange(_ stored: StoredObject) throws -> Timestamp? {
    let object = try stored.object()
    let texts = [
      object[["series", "lastObservedTime"]]?.string, object["lastTimestamp"]?.string, object["eventTime"]?.string,
      object.creationTimestamp,
    ]
    return texts.compactMap { $0.flatMap { Timestamp(rfc3339: $0) } }.max()
  }
}
