import JSON
import Kubernetes
import QoSAPI

/// Kuadrant's policies for the deployment's HTTPRoute, from the tiers of its QoSPolicy.
///
///     QoSPolicy.classification.sources[].jwt ─▶ AuthPolicy: claim ─▶ lower-case header
///     tiers[], limits.perTenant.requests…    ─▶ PlanPolicy, of which Kuadrant makes a RateLimitPolicy
///     limits.requests… of a whole tier       ─▶ RateLimitPolicy, which counts those of each tenant too
///     limits.tokens…                         ─▶ TokenRateLimitPolicy
///
/// A PlanPolicy's RateLimitPolicy and one of ours would have the same target, and Kuadrant enforces only the older one of two: there is one
/// or the other.
///
/// The operator never writes them, for AuthPolicies belong to whoever runs the gateway: `podium plan -o manifests --with kuadrant` does.
package enum KuadrantManifests {
  package static func objects(for intent: GatewayIntent) -> [KubeObject] {
    guard let policy = intent.policy, let token = token(policy) else { return [] }
    let tier = tierExpression(token, default: intent.defaultTier)
    let requests = requestLimits(intent, policy) ?? planPolicy(intent, policy, token)
    return [authPolicy(intent, policy, token, tier), requests, tokenLimits(intent, policy)].compactMap { $0 }
  }

  /// Why there is nothing to write; `nil` when there is.
  package static func problem(_ intent: GatewayIntent) -> String? {
    guard let policy = intent.policy else {
      return "Kuadrant's objects need to know whose tokens are believed: name a QoSPolicy with classification.sources[].jwt by --policy"
    }
    guard intent.exposure.gateway != nil else {
      return "Kuadrant's policies are for an HTTPRoute: write exposure.type HTTPRoute, exposure.gateway and exposure.host"
    }
    guard token(policy) == nil else { return nil }
    return "QoSPolicy \(policy.name) has no classification.sources[].jwt: without an issuer there is no tier that Kuadrant could verify"
  }

  private static func token(_ policy: QoSPolicy) -> QoSPolicy.TokenSource? {
    for case .jwt(let token) in policy.sources { return token }
    return nil
  }

  private static func target(_ intent: GatewayIntent) -> JSONValue {
    ["group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": .string(intent.serving.gatewayName)]
  }

  private static func identity(_ claim: String) -> String { AuthPolicyConversion.expression(claim) }
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }

  /// CEL for the tier: the claim, or what its values mean.
  private static func tierExpression(_ token: QoSPolicy.TokenSource, default lowest: String) -> String {
    let claim = identity(token.claim)
    guard let values = token.tiers else { return claim }
    return values.sorted { $0.key < $1.key }.map { "\(claim) == \(quoted($0.key)) ? \(quoted($0.value)) : " }.joined() + quoted(lowest)
  }

  private static func authPolicy(
    _ intent: GatewayIntent, _ policy: QoSPolicy, _ token: QoSPolicy.TokenSource, _ tier: String
  ) -> KubeObject {
    var object = intent.serving.object(.authPolicy, annotations: [Names.tiersAnnotation: intent.tiers.joined(separator: ", ")])
    let issuer: JSONValue = token.jwksURL.map { ["jwksUrl": .string($0)] } ?? ["issuerUrl": .string(token.issuer)]
    var jwt = issuer
    // Without it Authorino fetches the issuer's keys once and never again.
    jwt["ttl"] = JSONValue(AuthPolicyConversion.ttl)
    // A claim that is not there is the lowest tier's; what its values mean is decided below.
    var defaults: JSONValue = [:]
    defaults[token.claim] = ["value": .string(token.tiers == nil ? intent.defaultTier : "")]
    var rules: JSONValue = ["authentication": ["tokens": ["jwt": jwt, "defaults": defaults]]]
    if let predicate = audience(token) {
      rules["authorization"] = ["audience": ["patternMatching": ["patterns": [["predicate": .string(predicate)]]]]]
    }
    rules[["response", "success"]] = [
      // In lower case: any other spelling is added beside a caller's forged header instead of replacing it.
      "headers": [Names.tierHeader: ["plain": ["expression": .string(tier)]]],
      "filters": [
        "identity": [
          "json": [
            "properties": [
              "tier": ["expression": .string(tier)], "userid": ["expression": .string(identity(token.tenantClaim))],
            ]
          ]
        ]
      ],
    ]
    object["spec"] = ["targetRef": target(intent), "rules": rules]
    return object
  }

  /// The claim `aud` is one text or a list of them.
  private static func audience(_ token: QoSPolicy.TokenSource) -> String? {
    guard !token.audiences.isEmpty else { return nil }
    let any = token.audiences.map {
      "(type(auth.identity.aud) == string ? auth.identity.aud == \(quoted($0)) : \(quoted($0)) in auth.identity.aud)"
    }
    return any.joined(separator: " || ")
  }

  /// Plans count the requests of each caller; the first that fits wins, so the highest tier comes first, and the default one, which fits
  /// everybody, last. Predicates see the token's own claims.
  private static func planPolicy(_ intent: GatewayIntent, _ policy: QoSPolicy, _ token: QoSPolicy.TokenSource) -> KubeObject? {
    let limits = TierLimits.all(of: policy)
    var object = intent.serving.object(.planPolicy)
    let order = intent.tiers.filter { $0 != intent.defaultTier } + [intent.defaultTier]
    let plans = order.map { tier -> JSONValue in
      let values = token.tiers.map { tiers in tiers.filter { $0.value == tier }.map(\.key).sorted() } ?? [tier]
      let predicate = values.map { "\(identity(token.claim)) == \(quoted($0))" }.joined(separator: " || ")
      let isDefault = tier == intent.defaultTier
      var plan: JSONValue = [
        "tier": .string(tier),
        "predicate": .string(isDefault ? "has(auth.identity)" : "has(auth.identity) && (\(predicate.isEmpty ? "false" : predicate))"),
      ]
      guard let amounts = limits.first(where: { $0.tier == tier })?.perTenant else { return plan }
      var rates: JSONValue = [:]
      if let daily = amounts.requestsPerDay { rates["daily"] = JSONValue(daily) }
      if let most = amounts.requestsPerMinute { rates["custom"] = [["limit": JSONValue(most), "window": "1m"]] }
      if rates != [:] { plan["limits"] = rates }
      return plan
    }
    object["spec"] = ["targetRef": target(intent), "plans": .array(plans)]
    return object
  }

  /// `nil` where no tier as a whole has a limit of requests.
  private static func requestLimits(_ intent: GatewayIntent, _ policy: QoSPolicy) -> KubeObject? {
    guard TierLimits.all(of: policy).contains(where: { !$0.all.requestRates.isEmpty }) else { return nil }
    return limits(.rateLimitPolicy, intent, policy, \.requestRates)
  }

  /// `nil` where no tier has a limit of tokens.
  private static func tokenLimits(_ intent: GatewayIntent, _ policy: QoSPolicy) -> KubeObject? {
    limits(.tokenRateLimitPolicy, intent, policy, \.tokenRates)
  }

  /// Of a tier together, and of each of its tenants; `nil` where there are none.
  private static func limits(
    _ type: ResourceType, _ intent: GatewayIntent, _ policy: QoSPolicy, _ rates: KeyPath<TierLimits.Amounts, [JSONValue]>
  ) -> KubeObject? {
    var limits = JSONObject()
    for tier in TierLimits.all(of: policy) {
      let when: JSONValue = [["predicate": .string("auth.identity.tier == \(quoted(tier.tier))")]]
      let (all, perTenant) = (tier.all[keyPath: rates], tier.perTenant[keyPath: rates])
      if !all.isEmpty { limits[tier.tier] = ["rates": .array(all), "when": when] }
      if !perTenant.isEmpty {
        limits["\(tier.tier)-per-tenant"] = [
          "rates": .array(perTenant), "when": when, "counters": [["expression": "auth.identity.userid"]],
        ]
      }
    }
    guard !limits.isEmpty else { return nil }
    var object = intent.serving.object(type)
    object["spec"] = ["targetRef": target(intent), "limits": .object(limits)]
    return object
  }
}
