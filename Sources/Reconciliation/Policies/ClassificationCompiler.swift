import JSON
import Kubernetes
import QoSAPI
import Scheduling

/// How callers of a namespace are told apart: the sources of its policies, then what holds everywhere.
///
///     QoSPolicies, the namespace-wide one first ─▶ headers of enforced AuthPolicies ─▶ keys by the standard label ─▶ the trusted
///     header of the settings
struct ClassificationCompiler {
  private let secrets: [KubeObject]
  private let tierSources: [TierSource]
  private let trustedHeader: String?
  /// The names that some deployment has.
  private let tiers: Set<String>
  private(set) var diagnostics: [String] = []

  init(namespace: String, snapshot: Snapshot, settings: OperatorSettings, tiers: Set<String> = []) {
    self.tiers = tiers
    secrets = snapshot.objects(of: .secret, in: namespace)
    tierSources = TierSource.all(in: namespace, snapshot)
    trustedHeader = settings.trustedTierHeader
  }

  mutating func classification(for assignment: PolicyAssignment) -> Classification {
    let (wide, specific) = (assignment.policies.filter(\.isNamespaceWide), assignment.policies.filter { !$0.isNamespaceWide })
    var sources: [Classification.Source] = []
    func add(_ source: Classification.Source?) { if let source, !sources.contains(source) { sources.append(source) } }
    var hasKeys = false
    for source in (wide + specific).flatMap(\.sources) {
      switch source {
      case .jwt(let token): add(.jwt(issuer(token)))
      case .apiKeys(let labels):
        hasKeys = true
        add(keys(labels))
      case .trustedHeader(let name, _, let identities): add(.trustedHeader(name: name, from: identities))
      }
    }
    for source in tierSources where source.isReady { add(.trustedHeader(name: source.policy.wantedHeader)) }
    if !hasKeys { add(keys([Names.apiKeyLabel: "true"])) }
    if let trustedHeader { add(.trustedHeader(name: trustedHeader)) }
    return Classification(sources: sources)
  }

  /// A tier that no deployment has would make the data plane refuse everything: its values mean the default tier.
  private mutating func issuer(_ token: QoSPolicy.TokenSource) -> TokenIssuer {
    let issuer = TokenIssuer(token)
    let unknown = (issuer.tiers ?? [:]).filter { !tiers.isEmpty && !tiers.contains($0.value) }
    guard !unknown.isEmpty else { return issuer }
    for (value, tier) in unknown.sorted(by: { $0.key < $1.key }) {
      diagnostics.append("Issuer \(issuer.issuer): the value \(value) means the tier \(tier), which no ModelDeployment has.")
    }
    var known = issuer
    known.tiers = issuer.tiers?.filter { unknown[$0.key] == nil }
    return known
  }

  /// Every value of the data of the Secrets that have all `labels`; `nil` when there is none.
  private mutating func keys(_ labels: [String: String]) -> Classification.Source? {
    var identities: [String: Identity] = [:]
    for secret in secrets {
      let held = secret[["metadata", "labels"]]
      guard labels.allSatisfy({ held?[$0.key]?.string == $0.value }) else { continue }
      guard let tier = secret.annotations[Names.tierAnnotation] else {
        diagnostics.append("Secret \(secret.name): its keys have no tier; set the annotation \(Names.tierAnnotation).")
        continue
      }
      let identity = Identity(tier: tier, tenant: secret.annotations[Names.tenantAnnotation] ?? secret.name)
      for (member, key) in Self.values(of: secret) {
        guard let key, !key.isEmpty else {
          diagnostics.append("Secret \(secret.name): data.\(member) is empty or no Base64.")
          continue
        }
        identities[SHA256Digest(key.span).hexadecimal] = identity
      }
    }
    return identities.isEmpty ? nil : .apiKeys(identities)
  }

  /// Decoded, without the line break that an editor leaves at the end of a file.
  private static func values(of secret: KubeObject) -> [(String, [UInt8]?)] {
    (secret["data"]?.object ?? [:]).map { member in
      var bytes = member.value.string.flatMap(Base64.decode)
      while let last = bytes?.last, last == 0x0A || last == 0x0D { bytes?.removeLast() }
      return (member.key, bytes)
    }
  }
}
