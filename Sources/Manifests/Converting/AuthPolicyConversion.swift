import JSON
import QoSAPI

/// An AuthPolicy as it was published: `kuadrant.io/v1beta2` with a list of rules, the response below the authentication, and a block
/// `qos` that Kuadrant does not know.
struct AuthPolicyConversion {
  /// Seconds after which an issuer's configuration is fetched again.
  static let ttl = 300
  private static let parts = ["authentication", "metadata", "authorization", "response", "callbacks"]

  let document: Int
  private(set) var object: JSONValue
  private(set) var draft: PolicyDraft
  /// Where the rules were written.
  private var rulesPath = "spec.rules"

  static func applies(to document: JSONValue) -> Bool {
    guard document["kind"]?.string == "AuthPolicy", let version = document["apiVersion"]?.string else { return false }
    return version.hasPrefix("kuadrant.io/")
      && (version != "kuadrant.io/v1" || document[["spec", "qos"]] != nil || document[["spec", "rules"]]?.array != nil)
  }

  init(_ json: JSONValue, document: Int, _ log: inout ConversionLog) {
    self.document = document
    object = json
    draft = PolicyDraft(document: document, object: json)
    takeVersion(&log)
    takeTiers(&log)
    if let list = object[["spec", "rules"]]?.array {
      if list.count == 1 { rulesPath = "spec.rules[0]" }
      object[["spec", "rules"]] = merged(list, &log)
    }
    if let rules = object[["spec", "rules"]] { object[["spec", "rules"]] = repaired(rules, &log) }
    checkRemains(object, path: "", &log)
    object["status"] = nil
  }

  private mutating func takeVersion(_ log: inout ConversionLog) {
    guard let version = object["apiVersion"]?.string, version != "kuadrant.io/v1" else { return }
    object["apiVersion"] = "kuadrant.io/v1"
    log.change(document, "apiVersion", "\(version) is now kuadrant.io/v1: Kuadrant has served no other version since its 1.0")
  }

  private mutating func takeTiers(_ log: inout ConversionLog) {
    guard let qos = object[["spec", "qos"]] else { return }
    object[["spec", "qos"]] = nil
    log.change(document, "spec.qos", "moved to a QoSPolicy: an AuthPolicy has no such field, and Kuadrant's API refuses it")
    draft.readTiers(qos["tiers"], at: "spec.qos.tiers", &log)
    for member in qos.object ?? [:] where member.key != "tiers" {
      switch member.key {
      case "algorithm", "capacity", "placement": draft.spec[member.key] = member.value
      case "circuit_breaker", "circuitBreaker": draft.readBreaker(member.value, at: "spec.qos.\(member.key)", &log)
      default: log.problem(document, "spec.qos.\(member.key)", "a QoSPolicy has no equivalent; remove it")
      }
    }
  }

  // MARK: The list of rules

  private func merged(_ list: [JSONValue], _ log: inout ConversionLog) -> JSONValue {
    log.change(document, "spec.rules", "an object instead of a list of \(list.count): Kuadrant has one set of rules for a route")
    let hosts = Set(list.map { Set($0["hosts"]?.strings ?? []) })
    if hosts.count > 1 {
      log.problem(document, "spec.rules", "its rules are for different hosts; write an AuthPolicy for the HTTPRoute of each of them")
    }
    var rules = JSONObject()
    for (index, rule) in list.enumerated() {
      let path = "spec.rules[\(index)]"
      for member in rule.object ?? [:] {
        switch member.key {
        case "hosts":
          let names = (member.value.strings ?? []).joined(separator: ", ")
          log.change(
            document, "\(path).hosts",
            "removed: the hostnames of the \(targetText) say for which hosts it is; see that they are \(names); a `when` on the host would "
              + "leave a caller's own tier header alone on every other host")
        case let part where Self.parts.contains(part): merge(member.value, into: &rules, part, path: "\(path).\(part)", &log)
        case "methods", "paths":
          log.problem(
            document, "\(path).\(member.key)",
            "an AuthPolicy has none; write them as matches of the HTTPRoute's rule, and its name in "
              + "targetRef.sectionName")
        default: log.problem(document, "\(path).\(member.key)", "an AuthPolicy's rules have no such field; remove it")
        }
      }
    }
    return .object(rules)
  }

  private var targetText: String {
    let target = object[["spec", "targetRef"]]
    return "\(target?["kind"]?.string ?? "HTTPRoute") \(target?["name"]?.string ?? "")"
  }

  private func merge(_ json: JSONValue, into rules: inout JSONObject, _ part: String, path: String, _ log: inout ConversionLog) {
    var all = rules[part] ?? [:]
    for member in json.object ?? [:] {
      if let other = all[member.key], other != member.value {
        log.problem(document, "\(path).\(member.key)", "is in another rule too, and differs; give one of them another name")
      }
      all[member.key] = member.value
    }
    rules[part] = all
  }

  // MARK: What the rules say

  private func repaired(_ json: JSONValue, _ log: inout ConversionLog) -> JSONValue {
    var rules = json
    var headers: [(key: String, value: JSONValue, path: String)] = []
    if let misplaced = rules[["response", "headers"]] {
      rules[["response", "headers"]] = nil
      headers += collected(misplaced, "\(rulesPath).response.headers", &log)
    }
    for member in rules["authentication"]?.object ?? [:] {
      let path = "\(rulesPath).authentication.\(member.key)"
      if let misplaced = member.value[["response", "headers"]] { headers += collected(misplaced, "\(path).response.headers", &log) }
      for other in member.value["response"]?.object ?? [:] where other.key != "headers" {
        log.problem(document, "\(path).response.\(other.key)", "belongs below rules.response.success; move it there")
      }
      rules[["authentication", member.key, "response"]] = nil
      if let jwt = member.value["jwt"], (jwt["ttl"]?.int ?? 0) == 0 {
        rules[["authentication", member.key, "jwt", "ttl"]] = JSONValue(Self.ttl)
        log.change(document, "\(path).jwt.ttl", "\(Self.ttl) added: without it the issuer's configuration and keys are never fetched again")
      }
    }
    for (key, value, path) in headers {
      let name = key.lowercased()
      rules[["response", "success", "headers", name]] = plain(value, at: path, &log)
    }
    return lowerCase(rules, &log)
  }

  private func collected(
    _ json: JSONValue, _ path: String, _ log: inout ConversionLog
  ) -> [(key: String, value: JSONValue, path: String)] {
    log.change(document, path, "moved to rules.response.success.headers: there Kuadrant sets headers for the servers")
    return (json.object ?? [:]).map { ($0.key, $0.value, "\(path).\($0.key)") }
  }

  /// `json: "tier"` was meant as the claim's value.
  private func plain(_ json: JSONValue, at path: String, _ log: inout ConversionLog) -> JSONValue {
    guard let claim = json["json"]?.string else {
      if json["plain"] != nil || json["json"]?["properties"] != nil || json["wristband"] != nil { return json }
      log.problem(document, path, "\(json.text()) is no source of a header; write plain.expression, for example auth.identity.tier")
      return json
    }
    let expression = Self.expression(claim)
    log.change(
      document, "\(path).json", "plain.expression \(expression) instead of \"\(claim)\": `json` makes an object, the tier is its text")
    return ["plain": ["expression": .string(expression)]]
  }

  static func expression(_ claim: String) -> String {
    if claim.hasPrefix("auth.") || claim.hasPrefix("request.") { return claim }
    let isName =
      !claim.isEmpty && claim.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } && !(claim.first?.isNumber ?? true)
    return isName ? "auth.identity.\(claim)" : "auth.identity[\(JSONValue.string(claim).text())]"
  }

  /// The claim that ``expression(_:)`` was made from; `nil` for other expressions.
  private static func claim(_ expression: String) -> String? {
    let (name, index) = ("auth.identity.", "auth.identity[\"")
    if expression.hasPrefix(name) {
      let claim = String(expression.dropFirst(name.count))
      return Self.expression(claim) == expression ? claim : nil
    }
    guard expression.hasPrefix(index), expression.hasSuffix("\"]") else { return nil }
    let claim = String(expression.dropFirst(index.count).dropLast(2))
    return Self.expression(claim) == expression ? claim : nil
  }

  private func lowerCase(_ json: JSONValue, _ log: inout ConversionLog) -> JSONValue {
    var rules = json
    guard let headers = rules[["response", "success", "headers"]]?.object else { return rules }
    rules[["response", "success", "headers"]] = .object(JSONObject(headers.map { ($0.key.lowercased(), $0.value) }))
    for member in headers where member.key != member.key.lowercased() {
      log.change(
        document, "\(rulesPath).response.success.headers.\(member.key)",
        "in lower case: any other spelling is added beside a caller's forged header instead of replacing it")
    }
    return rules
  }

  /// What version 1 has no place for.
  private func checkRemains(_ json: JSONValue, path: String, _ log: inout ConversionLog) {
    switch json {
    case .object(let members):
      for member in members {
        let child = path.isEmpty ? member.key : "\(path).\(member.key)"
        if member.key == "routeSelectors" {
          log.problem(document, child, "kuadrant.io/v1 has none; name the HTTPRoute's rule in spec.targetRef.sectionName")
        }
        checkRemains(member.value, path: child, &log)
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() { checkRemains(element, path: "\(path)[\(index)]", &log) }
    default: break
    }
    if path == "spec.when" {
      for (index, condition) in (json.array ?? []).enumerated() where condition["predicate"] == nil {
        log.problem(
          document, "spec.when[\(index)]", "has no predicate; write it as one CEL expression, for example request.method == \"POST\"")
      }
    }
  }

  // MARK: With the merged policy

  /// The object, knowing all tiers: what a caller gets whose token has no such claim, and which tiers there are.
  mutating func complete(tiers: [String], lowest: String?, _ log: inout ConversionLog) {
    guard let headers = object[["spec", "rules", "response", "success", "headers"]]?.object else { return }
    for header in headers {
      guard let claim = header.value[["plain", "expression"]]?.string.flatMap(Self.claim), let lowest else { continue }
      for method in object[["spec", "rules", "authentication"]]?.object ?? [:] where method.value["jwt"] != nil {
        let path = ["spec", "rules", "authentication", method.key, "defaults", claim]
        guard object[path] == nil else { continue }
        object[path] = ["value": .string(lowest)]
        log.change(
          document, "\(rulesPath).authentication.\(method.key).defaults.\(claim)",
          "\(lowest) added: a token without the claim would be refused or have no tier")
      }
    }
    guard !tiers.isEmpty, object[["metadata", "annotations", Names.tiersAnnotation]] == nil else { return }
    object[["metadata", "annotations", Names.tiersAnnotation]] = .string(tiers.joined(separator: ", "))
    log.change(document, "metadata.annotations", "\(Names.tiersAnnotation) added: tells Podium which tiers the header can have")
  }

  /// Whether it sets this header.
  func sets(_ header: String) -> Bool { object[["spec", "rules", "response", "success", "headers", header]] != nil }
}
