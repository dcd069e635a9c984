import JSON
import PolicyFormat
import Scheduling

/// A scenario file as it was written, before it is read: here values are replaced by `--set`, and the files it names are found.
///
/// ```
///   text ─YAML─▶ document ─policyFrom, defaults─▶ the policy in full ─setting─▶ changed document ─read(traces)─▶ ScenarioFile
/// ```
package struct ScenarioDocument: Sendable {
  package private(set) var json: JSONValue

  /// - Parameter json: The one document of the file.
  package init(_ json: JSONValue) throws(PolicyError) {
    guard json.object != nil else { throw PolicyError(path: "", reason: "is \(json.described): write an object with servers and traffic") }
    self.json = json
  }

  /// The file of a QoSPolicy in place of a `policy` of its own.
  package func policyFile() throws(PolicyError) -> String? {
    guard let value = json["policyFrom"], !value.isNull else { return nil }
    guard let name = value.string, !name.isEmpty else {
      throw PolicyError(path: "policyFrom", reason: "is \(value.described): write the path of a file with a QoSPolicy")
    }
    guard json["policy"] == nil else { throw PolicyError(path: "policyFrom", reason: "is given beside policy: write only one of them") }
    return name
  }

  /// Writes the policy out in full, so that every word of it can be set.
  ///
  /// - Parameter compiled: What `policyFile` says, compiled.
  package mutating func expandPolicy(_ compiled: SchedulingPolicy?) throws(PolicyError) {
    var policy = compiled ?? .standard
    if compiled == nil, let words = json["policy"], !words.isNull { policy = try SchedulingPolicy(json: words, path: "policy") }
    json["policyFrom"] = nil
    json["policy"] = policy.json
  }

  /// The trace files that the traffic names, in order.
  package var traceFiles: [String] {
    var names: [String] = []
    for traffic in json["traffic"]?.array ?? [] {
      if let name = traffic["trace"]?.string, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Replaces what stands at a path such as `policy.tiers.free.weight` or `servers[0].places`. Elements of a list are found by their
  /// name or tier, or by their number from 0.
  package mutating func set(_ path: String, to value: JSONValue) throws(PolicyError) {
    let steps = Self.steps(path)
    guard !steps.isEmpty, steps.allSatisfy({ !$0.isEmpty }) else {
      throw PolicyError(path: path, reason: "is not a path: write names with dots between them, such as policy.tiers.free.weight")
    }
    json = try Self.replaced(json, steps[...], value, at: "")
  }

  /// `a.b[2].c` as `a`, `b`, `2`, `c`.
  private static func steps(_ path: String) -> [String] {
    path.split(separator: ".", omittingEmptySubsequences: false).flatMap { part -> [String] in
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      return pieces.enumerated().compactMap { index, piece in
        if index == 0 { return pieces.count > 1 && piece.isEmpty ? nil : String(piece) }
        return String(piece.hasSuffix("]") ? piece.dropLast() : piece)
      }
    }
  }

  private static func replaced(
    _ whole: JSONValue?, _ steps: ArraySlice<String>, _ value: JSONValue, at path: String
  ) throws(PolicyError) -> JSONValue {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch whole {
    case .array(var elements):
      guard let index = index(of: step, in: elements) else {
        throw PolicyError(path: path, reason: "has no '\(step)': write one of \(names(of: elements).joined(separator: ", "))")
      }
      elements[index] = try replaced(elements[index], rest, value, at: "\(path)[\(index)]")
      return .array(elements)
    case .object(var object):
      object[step] = try replaced(object[step], rest, value, at: path.isEmpty ? step : "\(path).\(step)")
      return .object(object)
    case nil, .null?:
      // A field that is not there may still be one: the reader knows, and names those that are.
      return .object([step: try replaced(nil, rest, value, at: "\(path).\(step)")])
    case let other?:
      throw PolicyError(path: path, reason: "is \(other.described) and has no fields: nothing of it is called '\(step)'")
    }
  }

  private static func index(of step: String, in elements: [JSONValue]) -> Int? {
    if let index = elements.firstIndex(where: { $0["name"]?.string == step || $0["tier"]?.string == step }) { return index }
    return Int(step).flatMap { elements.indices.contains($0) ? $0 : nil }
  }

  private static func names(of elements: [JSONValue]) -> [String] {
    elements.enumerated().map { $0.element["name"]?.string ?? $0.element["tier"]?.string ?? "\($0.offset)" }
  }
}
