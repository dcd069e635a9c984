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
    json = try FieldPath(path, example: "policy.tiers.free.weight").set(value, in: json)
  }
}
