import JSON
import QoSAPI

/// A VirtualService as it was published: routes by the tier's header, with blocks `qos` that Istio does not know, and no route for
/// anybody else.
struct VirtualServiceConversion {
  let document: Int
  private(set) var object: JSONValue
  private(set) var draft: PolicyDraft

  static func applies(to document: JSONValue) -> Bool {
    guard document["kind"]?.string == "VirtualService", document["apiVersion"]?.string?.hasPrefix("networking.istio.io/") == true else {
      return false
    }
    return document[["spec", "qos"]] != nil || (document[["spec", "http"]]?.array ?? []).contains { $0["qos"] != nil }
  }

  init(_ json: JSONValue, document: Int, _ log: inout ConversionLog) {
    self.document = document
    object = json
    draft = PolicyDraft(document: document, object: json)
    draft.servesOthers = true
    if let version = json["apiVersion"]?.string, version != "networking.istio.io/v1" {
      object["apiVersion"] = "networking.istio.io/v1"
      log.change(document, "apiVersion", "\(version) is now networking.istio.io/v1, the version that Istio stores")
    }
    if json[["spec", "qos"]] != nil {
      log.problem(document, "spec.qos", "belongs to no tier; write it below the route of each tier, as spec.http[].qos")
    }
    var routes: [JSONValue] = []
    for (index, route) in (json[["spec", "http"]]?.array ?? []).enumerated() { routes.append(taken(route, index, &log)) }
    if let last = routes.last, last["match"] != nil { routes.append(fallback(routes, &log)) }
    object[["spec", "http"]] = .array(routes)
  }

  private mutating func taken(_ json: JSONValue, _ index: Int, _ log: inout ConversionLog) -> JSONValue {
    guard let qos = json["qos"] else { return json }
    var route = json
    route["qos"] = nil
    let path = "spec.http[\(index)]"
    log.change(document, "\(path).qos", "moved to a QoSPolicy: Istio drops unknown fields, so that every tier was served alike")
    guard let tier = tierName(json, path: path, &log) else { return route }
    draft.readTier(qos, name: tier, at: "\(path).qos", &log)
    if route["name"] == nil {
      route = .object(JSONObject([("name", .string(tier))] + (route.object ?? [:]).map { ($0.key, $0.value) }))
    }
    return route
  }

  /// The one value of the one header that all matches of the route ask for; `default` for a route that matches everything.
  private mutating func tierName(_ route: JSONValue, path: String, _ log: inout ConversionLog) -> String? {
    guard let matches = route["match"]?.array, !matches.isEmpty else {
      draft.servesOthers = false
      draft.spec["classification"] = ["defaultTier": "default"]
      return "default"
    }
    var names: [String] = []
    for (index, match) in matches.enumerated() {
      let headers = match["headers"]?.object ?? [:]
      let place = "\(path).match[\(index)].headers"
      guard
        let header = headers.first(where: { $0.key.lowercased() == Names.tierHeader })
          ?? (headers.count == 1 ? headers.first { _ in true } : nil)
      else {
        log.problem(document, place, "does not say the tier; match the header \(Names.tierHeader) with exact")
        return nil
      }
      guard let name = header.value["exact"]?.string else {
        log.problem(
          document, "\(place).\(header.key)", "\(header.value.text()) may be several tiers; write exact, and a route for each tier")
        return nil
      }
      draft.header = header.key.lowercased()
      if !names.contains(name) { names.append(name) }
    }
    guard names.count == 1 else {
      log.problem(
        document, "\(path).match", "is for the tiers \(names.joined(separator: ", ")), which share one qos; write a route for each")
      return nil
    }
    return names.first
  }

  private func fallback(_ routes: [JSONValue], _ log: inout ConversionLog) -> JSONValue {
    var destination: JSONValue = routes.last?["route"]?[0]?["destination"] ?? [:]
    destination["subset"] = nil
    log.change(
      document, "spec.http",
      "a last route without match added, to \(destination["host"]?.string ?? "the host"): callers of any other tier got 404")
    return ["name": "default", "route": [["destination": destination]]]
  }

  // MARK: Subsets

  /// The DestinationRules that its routes need and that no document of the stream brings.
  func destinationRules(existing: [JSONValue], _ log: inout ConversionLog) -> [JSONValue] {
    var subsets: [(host: String, names: [String])] = []
    for route in object[["spec", "http"]]?.array ?? [] {
      for target in route["route"]?.array ?? [] {
        guard let host = target[["destination", "host"]]?.string, let subset = target[["destination", "subset"]]?.string else { continue }
        if let index = subsets.firstIndex(where: { $0.host == host }) {
          if !subsets[index].names.contains(subset) { subsets[index].names.append(subset) }
        } else {
          subsets.append((host, [subset]))
        }
      }
    }
    return subsets.compactMap { host, names in
      let known = existing.filter { $0[["spec", "host"]]?.string == host }
      let missing = names.filter { name in
        !known.contains { ($0[["spec", "subsets"]]?.array ?? []).contains { $0["name"]?.string == name } }
      }
      guard !missing.isEmpty else { return nil }
      guard known.isEmpty else {
        log.problem(
          document, "spec.http",
          "the DestinationRule for \(host) has no subset \(missing.joined(separator: ", ")); add it there, or route without subset")
        return nil
      }
      log.change(
        document, "spec.http",
        "a DestinationRule for \(host) added with the subsets \(missing.joined(separator: ", ")): without it their callers get 503. They have no "
          + "labels and mean all pods; give them labels where a tier has servers of its own")
      return DestinationRuleManifest.json(
        host: host, namespace: draft.namespace, subsets: missing.map { DestinationRuleManifest.Subset(name: $0) })
    }
  }
}
