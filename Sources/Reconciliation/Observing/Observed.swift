import Kubernetes
import Manifests
import Planning

/// All that a decision may read: one moment of the cluster, what is known about models and GPUs, what the data planes run,
/// and how the operator was configured. Two equal values give equal decisions.
package struct Observed: Sendable {
  package var snapshot: Snapshot
  package var knowledge: Knowledge
  /// Why ``knowledge`` is not what its source holds now; `nil` while the source is well.
  package var factsTrouble: FactsTrouble?
  /// By namespace.
  package var programmed: [String: ProgrammedPolicy]
  package var settings: OperatorSettings
  /// The current time, RFC 3339 in UTC with seconds.
  package var now: String

  package init(
    snapshot: Snapshot, knowledge: Knowledge, factsTrouble: FactsTrouble? = nil, programmed: [String: ProgrammedPolicy] = [:],
    settings: OperatorSettings, now: String
  ) {
    self.snapshot = snapshot
    self.knowledge = knowledge
    self.factsTrouble = factsTrouble
    self.programmed = programmed
    self.settings = settings
    self.now = now
  }
}

/// The operator's configuration, as far as decisions depend on it.
package struct OperatorSettings: Sendable, Hashable {
  /// Names this controller in statuses and events.
  package var controllerName: String
  /// Where callers reach the data plane of a namespace, without a path: `http://podium.tenant-a.svc`.
  package var gatewayURLs: [String: String]
  /// For namespaces without an entry in ``gatewayURLs``; `{namespace}` stands for the name.
  package var defaultGatewayURL: String?
  /// A header that is trusted to carry the tier in every namespace; `nil` trusts none. For development, and for clusters whose
  /// only way in is a gateway that sets it.
  package var trustedTierHeader: String?
  package var manifests: ManifestSettings
  /// Labels of the data plane's pods, for Services that lead to them.
  package var dataPlaneSelector: [String: String]

  /// What counts how much where a deployment does not say it; changing them moves nothing that is planned.
  package var weights = ScoreWeights()

  package init(
    controllerName: String = "qos.maas.io/podium", gatewayURLs: [String: String] = [:], defaultGatewayURL: String? = nil,
    trustedTierHeader: String? = nil, manifests: ManifestSettings = ManifestSettings(),
    dataPlaneSelector: [String: String] = ["app.kubernetes.io/name": "podium"]
  ) {
    self.dataPlaneSelector = dataPlaneSelector
    self.controllerName = controllerName
    self.gatewayURLs = gatewayURLs
    self.defaultGatewayURL = defaultGatewayURL
    self.trustedTierHeader = trustedTierHeader?.lowercased()
    self.manifests = manifests
  }

  /// The base URL of the OpenAI API in a namespace; `nil` when nobody said where it is.
  func endpoint(in namespace: String) -> String? {
    let template = gatewayURLs[namespace] ?? defaultGatewayURL
    return template.map { $0.split(separator: "{namespace}", omittingEmptySubsequences: false).joined(separator: namespace) + "/v1" }
  }
}
