import JSON
import Kubernetes

/// A QoSPolicy as typed values: who goes first, and with what share.
package struct QoSPolicy: Sendable, Equatable {
  package enum Algorithm: String, Sendable, CaseIterable {
    case workConservingPriority = "work-conserving-priority"
    case strictPriority = "strict-priority"
    case weightedFair = "weighted-fair"
  }

  package enum CapacitySource: String, Sendable, CaseIterable {
    case auto, reported, inferred
  }

  package enum Placement: String, Sendable, CaseIterable {
    case leastWork = "least-work"
    case prefixAffinity = "prefix-affinity"
  }

  package struct TargetRef: Sendable, Hashable {
    package var group: String
    package var kind: String
    package var name: String

    package init(group: String = "qos.maas.io", kind: String, name: String) {
      self.group = group
      self.kind = kind
      self.name = name
    }
  }

  /// The object that was read.
  package var object: KubeObject
  /// Empty for the whole namespace.
  package var targetRefs: [TargetRef]
  /// At least one; names are distinct.
  package var tiers: [Tier]
  /// `nil` for the tier with the lowest priority.
  package var defaultTier: String?
  package var sources: [ClassificationSource]
  package var algorithm: Algorithm
  package var circuitBreakers: Bool
  package var adaptiveThresholds: Bool
  package var capacity: CapacitySource
  package var placement: Placement

  package var name: String { object.name }

  /// Names of the ModelDeployments that it points at; empty for the whole namespace or other kinds of targets.
  package var targetedDeployments: [String] { targetRefs.filter { $0.kind == "ModelDeployment" }.map(\.name) }

  /// Whether it applies to whatever in the namespace has no policy of its own.
  package var isNamespaceWide: Bool { targetRefs.isEmpty }
}

extension QoSPolicy {
  /// How a caller's tier is found.
  package enum ClassificationSource: Sendable, Hashable {
    /// A claim of a verified token.
    case jwt(TokenSource)
    /// Keys in Secrets that have all these labels.
    case apiKeys(labels: [String: String])
    /// `from`: identities of client certificates, one of which the connection must have; `nil` for every connection.
    case trustedHeader(name: String, upstream: String, from: [String]? = nil)
  }
}
