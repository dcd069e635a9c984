import JSON
import Scheduling

extension ModelRoute {
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let name = try reader.required("name")
    let pool = try reader.string("pool")
    let served = try reader.string("servedModel")
    var variants: [Variant] = []
    let split = try reader.array("split")
    for element in split ?? [] { variants.append(try Variant(json: element.value, path: element.path)) }
    let sticky = try reader.choice("sticky", Stickiness.self)
    try reader.finish()
    switch (pool, split) {
    case (let pool?, nil): variants = [Variant(pool: pool, servedModel: served)]
    case (nil, .some):
      guard served == nil else {
        throw PolicyError(path: "\(path).servedModel", reason: "stands beside split: write it at the variant it belongs to")
      }
    default: throw PolicyError(path: path, reason: "write either pool (an alias) or split (variants with weights)")
    }
    self.init(name: name, variants: variants, sticky: sticky ?? .tenant)
  }

  var json: JSONValue {
    ["name": .string(name), "split": .array(variants.map(\.json)), "sticky": .string(sticky.rawValue)]
  }
}

extension ModelRoute.Variant {
  fileprivate init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    let pool = try reader.required("pool")
    let served = try reader.string("servedModel")
    guard let weight = try reader.integer("weight") else {
      throw PolicyError(path: "\(path).weight", reason: "is missing: write its part of the requests, such as 5")
    }
    try reader.finish()
    self.init(pool: pool, servedModel: served, weight: weight)
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = ["pool": .string(pool), "weight": JSONValue(weight)]
    object["servedModel"] = servedModel.map(JSONValue.string)
    return .object(object)
  }
}
