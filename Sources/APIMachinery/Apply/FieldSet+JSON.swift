import JSON

extension FieldSet {
  /// `fieldsV1`: `{"f:spec":{"f:replicas":{}}}`; unknown prefixes are left out.
  package init(_ json: JSONValue) {
    self.init()
    for member in json.object ?? [:] {
      guard let element = PathElement(fieldsV1: member.key) else { continue }
      if member.value.object?.isEmpty ?? true {
        insert([element])
      } else {
        if member.value["."] != nil { insert([element]) }
        for path in FieldSet(member.value).paths { insert([element] + path) }
      }
    }
  }

  package var json: JSONValue {
    var object = JSONObject()
    for element in members.union(children.keys).sorted() {
      var below = children[element]?.json.object ?? [:]
      if members.contains(element), !below.isEmpty { below = JSONObject([(".", [:])] + below.map { ($0.key, $0.value) }) }
      object[element.fieldsV1] = .object(below)
    }
    return .object(object)
  }
}

extension PathElement {
  init?(fieldsV1 text: String) {
    let rest = String(text.dropFirst(2))
    switch text.prefix(2) {
    case "f:": self = .field(rest)
    case "k:":
      guard let key = try? JSONValue(parsing: rest) else { return nil }
      self = .key(key.text(.canonical))
    case "v:":
      guard let value = try? JSONValue(parsing: rest) else { return nil }
      self = .value(value.text(.canonical))
    case "i:":
      guard let index = Int(rest) else { return nil }
      self = .index(index)
    default: return nil
    }
  }

  var fieldsV1: String {
    switch self {
    case .field(let name): "f:\(name)"
    case .key(let text): "k:\(text)"
    case .value(let text): "v:\(text)"
    case .index(let index): "i:\(index)"
    }
  }
}
