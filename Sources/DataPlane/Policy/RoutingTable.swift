import Scheduling

/// A traffic policy made ready for the request path. Immutable: a new policy is a new table.
final class RoutingTable: Sendable {
  /// A name under which requests ask for a pool.
  struct ModelName: Sendable {
    var bytes: [UInt8]
    var pool: Int
  }

  let revision: String
  let policy: TrafficPolicy
  let pools: [PoolRoute]
  let classifier: Classifier
  private let models: [UInt64: [ModelName]]

  init(policy: TrafficPolicy, pools: [PoolRoute]) {
    revision = policy.revision
    self.policy = policy
    self.pools = pools
    classifier = Classifier(policy.classification)
    var models: [UInt64: [ModelName]] = [:]
    for (index, pool) in policy.pools.enumerated() {
      for model in pool.models {
        let bytes = Array(model.utf8)
        models[Self.hash(bytes.span, 0..<bytes.count), default: []].append(ModelName(bytes: bytes, pool: index))
      }
    }
    self.models = models
  }

  /// The index of the pool that serves a model.
  func pool(named range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    guard let candidates = models[Self.hash(bytes, range)] else { return nil }
    for candidate in candidates where candidate.bytes.count == range.count {
      var equal = true
      for index in 0..<range.count where bytes[range.lowerBound + index] != candidate.bytes[index] { equal = false }
      if equal { return candidate.pool }
    }
    return nil
  }

  /// FNV-1a: names are short and come from the policy's author; a request can only miss.
  private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    return hash
  }

  /// Names to offer to someone who asked for an unknown model.
  var listedModels: [String] { pools.map(\.listedModel) }
}
