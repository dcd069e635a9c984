import JSON
import Scheduling

extension TokenIssuer {
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    self.init(issuer: try reader.required("issuer"))
    keys = try Self.keys(&reader)
    authority = try Self.authority(&reader)
    audiences = try reader.strings("audiences") ?? []
    if let names = try reader.strings("algorithms") { algorithms = try Self.algorithms(names, reader.path("algorithms")) }
    tierClaim = try reader.string("claim") ?? tierClaim
    tenantClaim = try reader.string("tenantClaim") ?? tenantClaim
    if let table = try reader.object("tiers") {
      var tiers: [String: String] = [:]
      for (value, tier) in table.members {
        guard let tier = tier.string else { throw PolicyError(path: table.path(value), reason: "is no string: write the name of a tier") }
        tiers[value] = tier
      }
      self.tiers = tiers
    }
    if let seconds = try reader.integer("leewaySeconds") { leeway = .seconds(seconds) }
    forwards = try reader.boolean("forward") ?? false
    try reader.finish()
  }

  private static func keys(_ reader: inout FieldReader) throws(PolicyError) -> Keys {
    let url = try reader.string("jwksURL")
    switch (url, reader.value("jwks")) {
    case (nil, nil): return .discovery
    case (let url?, nil): return .url(url)
    // The set itself, or its text.
    case (nil, .string(let text)?): return .inline(text)
    case (nil, let set?): return .inline(set.text())
    case (_?, _?): throw PolicyError(path: reader.path("jwks"), reason: "says what jwksURL says too: write one of the two")
    }
  }

  private static func authority(_ reader: inout FieldReader) throws(PolicyError) -> Authority? {
    let file = try reader.string("caFile")
    let text = try reader.string("caBundle")
    guard file == nil || text == nil else {
      throw PolicyError(path: reader.path("caBundle"), reason: "says what caFile says too: write one of the two")
    }
    return file.map { .file($0) } ?? text.map { .pem($0) }
  }

  private static func algorithms(_ names: [String], _ path: String) throws(PolicyError) -> [Algorithm] {
    var algorithms: [Algorithm] = []
    for name in names {
      guard let algorithm = Algorithm(rawValue: name) else {
        let known = Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
        throw PolicyError(path: path, reason: "'\(name)' is not allowed: write names of asymmetric signatures: \(known)")
      }
      algorithms.append(algorithm)
    }
    return algorithms
  }

  var json: JSONValue {
    var object = JSONObject([("issuer", .string(issuer))])
    switch keys {
    case .discovery: break
    case .url(let url): object["jwksURL"] = .string(url)
    case .inline(let text): object["jwks"] = .string(text)
    }
    switch authority {
    case nil: break
    case .file(let path): object["caFile"] = .string(path)
    case .pem(let text): object["caBundle"] = .string(text)
    }
    object["audiences"] = JSONValue(audiences)
    object["algorithms"] = JSONValue(algorithms.map(\.rawValue))
    object["claim"] = .string(tierClaim)
    object["tiers"] = tiers.map { JSONValue($0) }
    object["tenantClaim"] = .string(tenantClaim)
    object["leewaySeconds"] = JSONValue(Int(leeway.components.seconds))
    object["forward"] = .bool(forwards)
    return .object(object)
  }
}
