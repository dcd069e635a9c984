import Synchronization

/// Bounds what all requests together may make the proxy hold while they are read, wait, or might be tried again.
///
/// Loops add up for themselves and publish in steps, so that a small request costs no shared write: the sum may be off by one step
/// for each loop.
final class BodyBudget: Sendable {
  /// Bytes that a loop may hold without saying so.
  static let step = 1 << 20
  /// A request that is larger is one of those that are refused first.
  static let large = 64 * 1024

  /// In bytes.
  let limit: Int
  private let held = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  func publish(_ change: Int) { held.wrappingAdd(change, ordering: .relaxed) }

  /// In bytes.
  var total: Int { held.load(ordering: .relaxed) }

  /// Large requests leave a quarter of the budget to small ones.
  /// - Parameters:
  ///   - size: Of the whole request, as far as it is known, of which `bytes` are not counted yet.
  ///   - unpublished: What the asking loop holds and has not published.
  func admits(_ bytes: Int, ofRequest size: Int, unpublished: Int) -> Bool {
    total &+ unpublished &+ bytes <= (size > Self.large ? limit / 4 * 3 : limit)
  }
}
