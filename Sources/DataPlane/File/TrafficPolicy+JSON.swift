import JSON
import Scheduling

// The form of a traffic policy in files and ConfigMaps. examples/proxy.yaml explains every field.
extension TrafficPolicy {
  /// - Parameter path: Where the policy stands in its file, for messages.
  package init(json: JSONValue, path: String = "") throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let revision = try reader.string("revision") ?? ""
    var sources: [Classification.Source] = []
    for element in try reader.array("classification") ?? [] { sources.append(try Self.source(element.value, element.path)) }
    var pools: [PoolPolicy] = []
    for element in try reader.array("pools") ?? [] { pools.append(try PoolPolicy(json: element.value, path: element.path)) }
    var models: [ModelRoute] = []
    for element in try reader.array("models") ?? [] { models.append(try ModelRoute(json: element.value, path: element.path)) }
    let defaultPool = try reader.string("defaultPool")
    try reader.finish()
    self.init(
      revision: revision, classification: Classification(sources: sources), pools: pools, models: models, defaultPool: defaultPool)
  }

  private static func source(_ value: JSONValue, _ path: String) throws(PolicyError) -> Classification.Source {
    var reader = try FieldReader(value, path: path)
    let header = try trustedHeader(&reader)
    let keys = try reader.object("apiKeys")
    let token = reader.value("jwt")
    try reader.finish()
    switch (header, keys, token) {
    case (let header?, nil, nil): return header
    case (nil, nil, let token?): return .jwt(try TokenIssuer(json: token, path: "\(path).jwt"))
    case (nil, let keys?, nil):
      var identities: [String: Identity] = [:]
      for (digest, value) in keys.members {
        var member = try FieldReader(value, path: "\(keys.path).\(digest)")
        identities[digest.lowercased()] = Identity(tier: try member.required("tier"), tenant: try member.string("tenant") ?? "")
        try member.finish()
      }
      return .apiKeys(identities)
    default: throw PolicyError(path: path, reason: "write one of trustedHeader, apiKeys, jwt")
    }
  }

  /// The name alone, or with the identities that it is believed from.
  private static func trustedHeader(_ reader: inout FieldReader) throws(PolicyError) -> Classification.Source? {
    guard let member = reader.value("trustedHeader") else { return nil }
    if let name = member.string { return .trustedHeader(name: name.lowercased()) }
    guard member.object != nil else {
      throw PolicyError(path: reader.path("trustedHeader"), reason: "is \(member.text()): write a header's name, or {name: …, from: […]}")
    }
    var fields = try FieldReader(member, path: reader.path("trustedHeader"))
    let name = try fields.required("name")
    let from = try fields.strings("from")
    try fields.finish()
    return .trustedHeader(name: name.lowercased(), from: from)
  }

  package var json: JSONValue {
    let sources: [JSONValue] = classification.sources.map { source in
      switch source {
      case .trustedHeader(let name, nil): return ["trustedHeader": .string(name)]
      case .trustedHeader(let name, let from?): return ["trustedHeader": ["name": .string(name), "from": JSONValue(from)]]
      case .jwt(let issuer): return ["jwt": issuer.json]
      case .apiKeys(let keys):
        let members = keys.sorted { $0.key < $1.key }.map { digest, identity in
          (digest, ["tier": .string(identity.tier), "tenant": .string(identity.tenant)] as JSONValue)
        }
        return ["apiKeys": .object(JSONObject(members))]
      }
    }
    return [
      "revision": .string(revision), "classification": .array(sources), "pools": .array(pools.map(\.json)),
      "models": .array(models.map(\.json)), "defaultPool": defaultPool.map(JSONValue.string) ?? .null,
    ]
  }
}

extension PoolPolicy {
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let name = try reader.required("name")
    let models = try reader.strings("models") ?? [name]
    let served = try reader.string("servedModel") ?? models.last ?? name
    var backends: [Backend] = []
    for element in try reader.array("backends") ?? [] { backends.append(try Backend(json: element.value, path: element.path)) }
    let scheduling = try reader.value("scheduling").map { (value) throws(PolicyError) in
      try SchedulingPolicy(json: value, path: "\(path).scheduling")
    }
    let fallbacks = try reader.strings("fallbacks") ?? []
    let forwardsPriority = try reader.boolean("forwardsPriority") ?? false
    let start = try reader.value("start").map { (value) throws(PolicyError) in try PlannedStart(json: value, path: "\(path).start") }
    try reader.finish()
    self.init(
      name: name, models: models, servedModel: served, backends: backends, scheduling: scheduling ?? .standard, fallbacks: fallbacks,
      forwardsPriority: forwardsPriority, start: start)
  }

  var json: JSONValue {
    [
      "name": .string(name), "models": JSONValue(models), "servedModel": .string(servedModel),
      "backends": .array(backends.map { ["id": .string($0.id), "host": .string($0.host), "port": JSONValue($0.port)] }),
      "scheduling": scheduling.json, "fallbacks": JSONValue(fallbacks),
      "forwardsPriority": .bool(forwardsPriority), "start": start.map(\.json) ?? .null,
    ]
  }
}

extension Backend {
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let host = try reader.required("host")
    guard let port = try reader.integer("port") else { throw PolicyError(path: "\(path).port", reason: "is missing: write a port") }
    let id = try reader.string("id")
    try reader.finish()
    self.init(id: id, host: host, port: port)
  }
}
