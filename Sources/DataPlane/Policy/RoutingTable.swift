import Scheduling

/// A traffic policy made ready for the request path. Immutable: a new policy is a new table.
final class RoutingTable: Sendable {
  /// A name under which requests ask for a model.
  private final class ModelName: Sendable {
    let bytes: [UInt8]
    let target: ModelTarget

    init(_ name: String, _ target: ModelTarget) {
      bytes = Array(name.utf8)
      self.target = target
    }
  }

  let revision: String
  let policy: TrafficPolicy
  let pools: [PoolRoute]
  let classifier: Classifier
  /// Names to offer to someone who asked for an unknown model, and to list.
  let listedModels: [String]
  /// Of tenants that the policy names, by the number that stands for them.
  let tenantNames: [UInt64: [UInt8]]
  /// By the last bits of their hash; about twice as many places as names.
  private let models: [[ModelName]]
  /// For names that nobody knows.
  let defaultTarget: ModelTarget?
  /// Where a request goes that is for a pool, whatever model it names; by the pool's name.
  let poolTargets: [String: ModelTarget]

  init(policy: TrafficPolicy, pools: [PoolRoute], variants: VariantRegistry, classificationVersion: Int = 0) {
    revision = policy.revision
    self.policy = policy
    self.pools = pools
    classifier = Classifier(policy.classification, version: classificationVersion)
    let builder = ModelTargetBuilder(policy: policy, pools: pools, registry: variants)
    let targets = builder.targets()
    var models = [[ModelName]](repeating: [], count: 1 << (Int.bitWidth - targets.count.leadingZeroBitCount + 1))
    for (name, target) in targets { models[Self.place(Self.hash(name.utf8), models.count)].append(ModelName(name, target)) }
    self.models = models
    listedModels = builder.listedModels
    defaultTarget = builder.defaultTarget
    poolTargets = builder.poolTargets
    tenantNames = policy.classification.tenantNames
  }

  /// Where the name of a model leads.
  func target(named range: Range<Int>, in bytes: Span<UInt8>) -> ModelTarget? {
    for candidate in models[Self.place(Self.hash(bytes, range), models.count)] where bytes.matches(exactly: candidate.bytes, at: range) {
      return candidate.target
    }
    return defaultTarget
  }

  /// FNV-1a: names are short and come from the policy's author; a request can only miss.
  private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    return hash
  }

  /// - Parameter count: A power of two.
  private static func place(_ hash: UInt64, _ count: Int) -> Int { Int(truncatingIfNeeded: hash ^ hash >> 32) & (count - 1) }

  static func hash(_ name: String.UTF8View) -> UInt64 {
    let bytes = Array(name)
    return hash(bytes.span, 0..<bytes.count)
  }
}

extension Span<UInt8> {
  @inline(__always) func matches(exactly text: [UInt8], at range: Range<Int>) -> Bool {
    guard range.count == text.count else { return false }
    for index in 0..<text.count where self[range.lowerBound &+ index] != text[index] { return false }
    return true
  }
}

extension Classification {
  fileprivate var tenantNames: [UInt64: [UInt8]] {
    var names: [UInt64: [UInt8]] = [:]
    for source in sources {
      guard case .apiKeys(let keys) = source else { continue }
      for identity in keys.values where !identity.tenant.isEmpty {
        names[SHA256Digest(identity.tenant).short] = Array(identity.tenant.utf8)
      }
    }
    return names
  }
}
