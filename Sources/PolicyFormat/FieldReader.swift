import JSON

/// One object of a configuration file, read strictly: a field that nobody asked for is an error that names the ones that exist.
package struct FieldReader {
  package let path: String
  private let object: JSONObject
  private var known: [String] = []

  package init(_ value: JSONValue, path: String) throws(PolicyError) {
    guard let object = value.object else {
      throw PolicyError(path: path, reason: "is \(value.described): write an object")
    }
    self.object = object
    self.path = path
  }

  package func path(_ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

  package mutating func value(_ field: String) -> JSONValue? {
    known.append(field)
    guard let value = object[field], !value.isNull else { return nil }
    return value
  }

  package mutating func string(_ field: String) throws(PolicyError) -> String? {
    guard let value = value(field) else { return nil }
    guard let string = value.string else { throw PolicyError(path: path(field), reason: "is \(value.described): write a string") }
    return string
  }

  package mutating func required(_ field: String) throws(PolicyError) -> String {
    guard let string = try string(field) else { throw PolicyError(path: path(field), reason: "is missing: write a string") }
    return string
  }

  package mutating func integer(_ field: String) throws(PolicyError) -> Int? {
    guard let value = value(field) else { return nil }
    guard let integer = value.int else { throw PolicyError(path: path(field), reason: "is \(value.described): write an integer") }
    return integer
  }

  package mutating func number(_ field: String) throws(PolicyError) -> Double? {
    guard let value = value(field) else { return nil }
    guard let number = value.double else { throw PolicyError(path: path(field), reason: "is \(value.described): write a number") }
    return number
  }

  package mutating func boolean(_ field: String) throws(PolicyError) -> Bool? {
    guard let value = value(field) else { return nil }
    guard let boolean = value.bool else { throw PolicyError(path: path(field), reason: "is \(value.described): write true or false") }
    return boolean
  }

  /// A string that stands for one of the cases of an enumeration.
  package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ field: String, _ type: Choice.Type
  ) throws(PolicyError) -> Choice? {
    guard let string = try string(field) else { return nil }
    guard let choice = Choice(rawValue: string) else {
      let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw PolicyError(path: path(field), reason: "is '\(string)': write one of \(choices)")
    }
    return choice
  }

  package mutating func strings(_ field: String) throws(PolicyError) -> [String]? {
    guard let value = value(field) else { return nil }
    guard let strings = value.strings else { throw PolicyError(path: path(field), reason: "is not a list of strings") }
    return strings
  }

  package mutating func array(_ field: String) throws(PolicyError) -> [(value: JSONValue, path: String)]? {
    guard let value = value(field) else { return nil }
    guard let array = value.array else { throw PolicyError(path: path(field), reason: "is \(value.described): write a list") }
    return array.enumerated().map { ($0.element, "\(path(field))[\($0.offset)]") }
  }

  package mutating func object(_ field: String) throws(PolicyError) -> FieldReader? {
    guard let value = value(field) else { return nil }
    return try FieldReader(value, path: path(field))
  }

  /// Every member, for objects whose names are data.
  package var members: [(name: String, value: JSONValue)] { object.map { ($0.key, $0.value) } }

  /// Call after all fields have been read.
  package func finish() throws(PolicyError) {
    for name in object.keys where !known.contains(name) {
      throw PolicyError(path: path(name), reason: "is not a field: write one of \(known.joined(separator: ", "))")
    }
  }
}

extension JSONValue {
  /// The value in the words of a message.
  package var described: String {
    switch self {
    case .string(let text): "the string '\(text)'"
    case .array: "a list"
    case .object: "an object"
    case .null: "null"
    default: text()
    }
  }
}
