import ControllerRuntime
import Foundation
import Kubernetes
import Logging
import Planning
import Reconciliation
import Synchronization

/// Hands what deployments teach to whoever keeps the planner's facts: one row a deployment and day.
final class OutcomeRecorder: Sendable {
  /// Keeps rows; throws when it cannot.
  typealias Keep = @Sendable ([Benchmark]) async throws -> Void

  private let keep: Keep
  private let stores: StoreSet
  private let logger: Logger
  /// The day of the last row, by deployment.
  private let days = Mutex<[ObjectKey: String]>([:])

  init(_ stores: StoreSet, logger: Logger, keep: @escaping Keep) {
    self.stores = stores
    self.logger = logger
    self.keep = keep
  }

  /// A row that cannot be kept is tried again with the next sample.
  func record(_ programmed: [String: ProgrammedPolicy]) async {
    let now = Date.now.formatted(.iso8601)
    let today = String(now.prefix(10))
    for (namespace, policy) in programmed {
      for (pool, figures) in policy.pools {
        let key = ObjectKey(namespace: namespace, name: pool)
        guard days.withLock({ $0[key] != today }), let deployment = stores[.modelDeployment]?[key],
          let row = LearnedRow.row(of: deployment, figures, now: now)
        else { continue }
        do {
          try await keep([row])
          days.withLock { $0[key] = today }
          logger.info(
            "a row was learned", metadata: ["deployment": "\(key)", "model": "\(row.model)", "accelerator": "\(row.accelerator)"])
        } catch {
          logger.warning("what a deployment teaches cannot be kept", metadata: ["deployment": "\(key)", "error": "\(error)"])
        }
      }
    }
  }
}
