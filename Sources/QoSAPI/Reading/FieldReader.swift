import JSON

/// Reads typed values out of an object and remembers what was wrong, each with its path.
///
/// The schemas in `crds/` refuse most of this already; servers without CEL, and files that never saw a server, do not.
/// A field that cannot be read counts as absent, so that reading goes on and every problem is found at once.
struct FieldReader {
  private(set) var json: JSONValue
  private(set) var path: String
  private(set) var problems: [FieldProblem] = []

  init(_ json: JSONValue, path: String) {
    self.json = json
    self.path = path
  }

  mutating func report(_ key: String, _ message: String) { problems.append(FieldProblem(child(key), message)) }

  func has(_ key: String) -> Bool { !(json[key]?.isNull ?? true) }

  mutating func string(_ key: String) -> String? {
    guard has(key), let value = json[key] else { return nil }
    guard let string = value.string, !string.isEmpty else {
      report(key, "\(value.text()) is no text; write a non-empty string")
      return nil
    }
    return string
  }

  mutating func requiredString(_ key: String) -> String? {
    if !has(key) { report(key, "is missing; write a non-empty string") }
    return string(key)
  }

  mutating func bool(_ key: String) -> Bool? {
    guard has(key), let value = json[key] else { return nil }
    guard let bool = value.bool else {
      report(key, "\(value.text()) is neither true nor false")
      return nil
    }
    return bool
  }

  mutating func int(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard has(key), let value = json[key] else { return nil }
    guard let int = value.int, range.contains(int) else {
      report(key, "\(value.text()) is not possible; write a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return int
  }

  mutating func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
    guard has(key), let value = json[key] else { return nil }
    guard let number = value.double, range.contains(number) else {
      report(key, "\(value.text()) is not possible; write a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))")
      return nil
    }
    return number
  }

  /// As a person writes it: 0.000001, and no 1e-06.
  private static func plain(_ number: Double) -> String {
    let text = JSONValue.double(number).text()
    guard let exponent = text.firstRange(of: "e-").flatMap({ Int(text[$0.upperBound...]) }), exponent > 0 else { return text }
    return "0." + String(repeating: "0", count: exponent - 1) + text.prefix { $0 != "e" }.filter { $0 != "." }
  }

  mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _: Value.Type) -> Value? where Value.RawValue == String {
    guard has(key), let value = json[key] else { return nil }
    guard let choice = value.string.flatMap(Value.init(rawValue:)) else {
      report(key, "\(value.text()) is not known; write one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
      return nil
    }
    return choice
  }

  mutating func strings(_ key: String) -> [String] {
    guard has(key), let value = json[key] else { return [] }
    guard let strings = value.strings else {
      report(key, "write a list of strings")
      return []
    }
    return strings
  }
}

// MARK: Nesting

extension FieldReader {
  private func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Reads an object member with a reader of its own; `nil` where it is absent.
  mutating func object<Value>(_ key: String, _ read: (inout FieldReader) -> Value?) -> Value? {
    guard has(key), let value = json[key] else { return nil }
    guard value.object != nil else {
      report(key, "\(value.text()) is no object; write fields below it")
      return nil
    }
    return nested(value, child(key), read)
  }

  /// Reads the objects of a list; those that cannot be read are left out.
  mutating func objects<Value>(_ key: String, _ read: (inout FieldReader) -> Value?) -> [Value] {
    guard has(key), let value = json[key] else { return [] }
    guard let elements = value.array else {
      report(key, "\(value.text()) is no list; write items, each with '- '")
      return []
    }
    return elements.enumerated().compactMap { index, element in nested(element, "\(child(key))[\(index)]", read) }
  }

  private mutating func nested<Value>(_ json: JSONValue, _ path: String, _ read: (inout FieldReader) -> Value?) -> Value? {
    var reader = FieldReader(json, path: path)
    let value = read(&reader)
    problems += reader.problems
    return value
  }
}
