/// Annotations, labels and finalizers of ours: the words that users and programs write outside of specs.
package enum Names {
  /// On a ModelDeployment whose plan waits for a person (`approval: manual`, or an estimate): the plan's digest, or the generation that is approved.
  package static let approvedAnnotation = "qos.maas.io/approved"
  /// On a Secret with API keys: the tier of their holder.
  package static let tierAnnotation = "qos.maas.io/tier"
  /// On a Secret with API keys: the tenant of their holder; without it the Secret's name.
  package static let tenantAnnotation = "qos.maas.io/tenant"
  /// On an AuthPolicy: the tiers it can produce, separated by commas.
  package static let tiersAnnotation = "qos.maas.io/tiers"
  /// On an AuthPolicy: the header that carries the tier, where it is not ``tierHeader``.
  package static let tierHeaderAnnotation = "qos.maas.io/tier-header"
  /// The header that carries a caller's tier unless something else is said.
  package static let tierHeader = "x-customer-tier"
  /// The label of Secrets with API keys, for policies that name no other: `qos.maas.io/api-key: "true"`.
  package static let apiKeyLabel = "qos.maas.io/api-key"

  /// The field manager of specs that Podium applies.
  package static let manager = "podium"
  /// The field manager of statuses that Podium applies.
  package static let statusManager = "podium-status"
}
