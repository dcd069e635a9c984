import JSON
import Kubernetes

/// What Podium reads of a Kuadrant AuthPolicy: who issues tokens, and which header carries the tier upstream. It is never
/// written, and whatever else it holds is none of our business.
package struct AuthPolicy: Sendable, Equatable {
  /// A header that the gateway sets on requests it has authenticated.
  package struct Header: Sendable, Hashable {
    /// As written: Kuadrant compares names with their case.
    package var name: String
    /// `auth.identity.tier`, a selector, or a constant value in quotes; empty when it is computed some other way.
    package var expression: String
  }

  package enum Enforcement: Sendable, Hashable {
    case enforced
    /// Not (yet) enforced, and Kuadrant's reason.
    case pending(reason: String)
  }

  package var object: KubeObject
  package var targetKind: String
  package var targetName: String
  package var issuers: [String]
  package var headers: [Header]
  /// From the annotation `qos.maas.io/tiers`; empty when it says nothing.
  package var tiers: [String]
  /// The header to look for: the annotation `qos.maas.io/tier-header`, else `x-customer-tier`.
  package var wantedHeader: String
  package var enforcement: Enforcement
  /// Whether the headers are set only when a predicate holds: a forged one survives when it does not.
  package var isConditional: Bool

  package var name: String { object.name }

  package init(_ object: KubeObject) {
    self.object = object
    targetKind = object[["spec", "targetRef", "kind"]]?.string ?? ""
    targetName = object[["spec", "targetRef", "name"]]?.string ?? ""
    let rules = Self.rules(object)
    let authentication = rules["authentication"]?.object ?? [:]
    issuers = authentication.compactMap { $0.value[["jwt", "issuerUrl"]]?.string ?? $0.value[["jwt", "jwksUrl"]]?.string }
    headers = (rules[["response", "success", "headers"]]?.object ?? [:]).map(Header.init)
    let annotations = object.annotations
    tiers = Self.list(annotations[Names.tiersAnnotation] ?? "")
    wantedHeader = (annotations[Names.tierHeaderAnnotation] ?? Names.tierHeader).lowercased()
    enforcement = Self.enforcement(object.conditions)
    isConditional = !(Self.container(object)["when"]?.array ?? []).isEmpty
  }

  /// The header that carries the tier, in the case in which it was written.
  package var tierHeader: Header? { headers.first { $0.name.lowercased() == wantedHeader } }

  private static func container(_ object: KubeObject) -> JSONValue {
    let spec = object["spec"] ?? [:]
    return spec["rules"] != nil ? spec : spec["overrides"] ?? spec["defaults"] ?? spec
  }

  private static func rules(_ object: KubeObject) -> JSONValue { container(object)["rules"] ?? [:] }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
  }

  private static func enforcement(_ conditions: [Condition]) -> Enforcement {
    for type in ["Accepted", "Enforced"] {
      guard let condition = conditions.first(where: { $0.type == type }) else { return .pending(reason: "Unknown") }
      if condition.status != .yes { return .pending(reason: condition.reason) }
    }
    return .enforced
  }
}

extension AuthPolicy.Header {
  init(_ member: JSONObject.Member) {
    name = member.value["key"]?.string ?? member.key
    let plain = member.value["plain"]
    if let expression = plain?["expression"]?.string ?? plain?["selector"]?.string {
      self.expression = expression
    } else {
      expression = plain?["value"]?.text() ?? ""
    }
  }
}
