import JSON
import Kubernetes
import QoSAPI

/// Published YAML that no cluster accepts → objects that real clusters do.
///
///     Envoy's qos_prioritizer filter ─▶ QoSPolicy + a configuration with ext_proc
///     QoSPolicy                      ─▶ QoSPolicy, as the API spells it
///     AuthPolicy with qos            ─▶ AuthPolicy kuadrant.io/v1 + QoSPolicy
///     VirtualService with qos        ─▶ VirtualService + DestinationRule + QoSPolicy
///
/// What several documents of a namespace say about tiers becomes one QoSPolicy; what contradicts is a problem. Everything else passes.
package struct Conversion: Sendable {
  package struct Options: Sendable {
    /// Where Envoy finds Podium's external processor.
    package var processor: HostPort

    package init(processor: HostPort) { self.processor = processor }
  }

  /// What a document of the input becomes.
  package enum Output: Sendable, Equatable {
    case untouched
    /// A configuration of Envoy: no object of Kubernetes.
    case envoy(JSONValue, policy: String)
    case objects([JSONValue])
  }

  /// One for each document; where there are problems, none is to be used.
  package private(set) var outputs: [Output] = []
  /// The QoSPolicies, each before the outputs of the document of this index.
  package private(set) var policies: [(before: Int, object: JSONValue)] = []
  package private(set) var log = ConversionLog()

  private var drafts: [PolicyDraft] = []
  private var unchangedPolicies: Set<Int> = []
  private var authPolicies: [Int: AuthPolicyConversion] = [:]
  private var virtualServices: [Int: VirtualServiceConversion] = [:]

  package init(_ documents: [JSONValue], options: Options) {
    outputs = documents.map { _ in .untouched }
    for (index, json) in documents.enumerated() { read(json, index, options) }
    let standing = documents.filter { $0["kind"]?.string == "DestinationRule" }
    for (index, conversion) in virtualServices {
      outputs[index] = .objects([conversion.object] + conversion.destinationRules(existing: standing, &log))
    }
    for namespace in Set(drafts.map(\.namespace)) { merge(drafts.filter { $0.namespace == namespace }) }
    log.sort()
  }

  private mutating func read(_ json: JSONValue, _ index: Int, _ options: Options) {
    if EnvoyConversion.applies(to: json) {
      let (draft, envoy) = EnvoyConversion.convert(json, document: index, processor: options.processor, &log)
      outputs[index] = .envoy(envoy, policy: "qos")
      drafts.append(draft)
    } else if PolicyConversion.applies(to: json) {
      let (draft, isChanged) = PolicyConversion.draft(json, document: index, &log)
      if !isChanged { unchangedPolicies.insert(index) }
      drafts.append(draft)
    } else if AuthPolicyConversion.applies(to: json) {
      let conversion = AuthPolicyConversion(json, document: index, &log)
      authPolicies[index] = conversion
      outputs[index] = .objects([conversion.object])
      drafts.append(conversion.draft)
    } else if VirtualServiceConversion.applies(to: json) {
      let conversion = VirtualServiceConversion(json, document: index, &log)
      virtualServices[index] = conversion
      drafts.append(conversion.draft)
    }
  }

  /// Policies for single deployments stand alone; the others of a namespace are one, for only one is in force.
  private mutating func merge(_ drafts: [PolicyDraft]) {
    let isAlone = { (draft: PolicyDraft) in draft.isPolicy && !(draft.spec["targetRefs"]?.array ?? []).isEmpty }
    for draft in drafts.filter(isAlone) { place([draft], draft) }
    let rest = drafts.filter { !isAlone($0) }
    // A second policy for the whole namespace is the reader's mistake, which its status tells: it stays as it is.
    let second = Set(rest.filter(\.isPolicy).dropFirst().map(\.document))
    for draft in rest where second.contains(draft.document) { place([draft], draft) }
    let together = rest.filter { !second.contains($0.document) }
    guard var policy = PolicyDraft.merged(together, &log) else { return }
    policy.addDefaultTier(&log)
    complete(together, &policy)
    guard together.contains(where: { !$0.tiers.isEmpty }) || policy.isPolicy else { return }
    place(together, policy)
    for case (let index, .envoy(let json, _)) in outputs.enumerated() where together.contains(where: { $0.document == index }) {
      outputs[index] = .envoy(json, policy: policy.name ?? "qos")
    }
  }

  /// What other documents take from the tiers, and who says the tier of a caller.
  private mutating func complete(_ drafts: [PolicyDraft], _ policy: inout PolicyDraft) {
    for draft in drafts where authPolicies[draft.document] != nil {
      authPolicies[draft.document]?.complete(tiers: policy.tiers.map(\.name), lowest: policy.lowestTier, &log)
      if let object = authPolicies[draft.document]?.object { outputs[draft.document] = .objects([object]) }
    }
    guard let header = policy.header, !authPolicies.values.contains(where: { $0.sets(header) }) else { return }
    var classification = policy.spec["classification"] ?? [:]
    guard classification["sources"] == nil else { return }
    let reader = drafts.first { $0.header == header }
    classification["sources"] = [["trustedHeader": ["name": .string(header), "upstream": .string(reader?.name ?? "gateway")]]]
    policy.spec["classification"] = classification
    log.change(
      reader?.document ?? policy.document, "",
      "the QoSPolicy trusts the header \(header), as the routes did: let only a gateway that sets it reach the data plane, or name its "
        + "certificates in classification.sources[0].trustedHeader.from")
  }

  private mutating func place(_ drafts: [PolicyDraft], _ policy: PolicyDraft) {
    if drafts.count == 1, policy.isPolicy, unchangedPolicies.contains(policy.document), log.problems.isEmpty {
      // Read all the same: what is wrong with it is told.
      _ = policy.object(&log)
      return
    }
    guard let object = policy.object(&log) else { return }
    if policy.isPolicy {
      outputs[policy.document] = .objects([object])
    } else {
      policies.append((before: drafts.map(\.document).min() ?? 0, object: object))
    }
  }
}
