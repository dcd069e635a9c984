import JSON
import Planning
import QoSAPI
import YAML

/// The fields that a plan's specification may have: those of a ModelDeployment's `spec`, as the CRD says, and those that only a
/// scenario has.
struct SpecSchema {
  /// Of a scenario, beside the fields of a ModelDeployment.
  static let scenarioFields = ["name", "weights", "minimumConfidence"]
  /// Those of them which are another spelling of a field below `planning`.
  static let planningFields = ["weights", "minimumConfidence"]

  private let root: JSONValue
  /// Every field, by its path with dots.
  let paths: [String]

  init() throws {
    guard let file = CustomResourceDefinitions.files.first(where: { $0.name.contains("modeldeployments") }),
      let crd = try YAMLParser.documents(file.yaml).first,
      var spec = crd[["spec", "versions"]]?.array?.first?[["schema", "openAPIV3Schema", "properties", "spec"]]
    else { throw CleanFailure("the CRD of ModelDeployment has no schema") }
    let number: JSONValue = ["type": "number"]
    spec[["properties", "name"]] = ["type": "string"]
    spec[["properties", "minimumConfidence"]] = ["type": "string"]
    spec[["properties", "weights"]] = [
      "type": "object", "properties": ["quality": number, "cost": number, "latency": number, "simplicity": number],
    ]
    root = spec
    paths = Self.paths(below: spec, prefix: "")
  }

  private static func paths(below schema: JSONValue, prefix: String) -> [String] {
    (schema["properties"]?.object ?? [:]).flatMap { member -> [String] in
      let path = prefix.isEmpty ? member.key : "\(prefix).\(member.key)"
      let inside = member.value["items"] ?? member.value
      return [path] + paths(below: inside, prefix: path)
    }
  }

  /// Whether a field of that path may be written. Members of maps and elements of lists may have any name.
  func knows(_ steps: [String]) -> Bool {
    var schema = root
    for step in steps {
      if let next = schema[["properties", step]] {
        schema = next
      } else if let items = schema["items"] {
        // An element by its name or number.
        schema = items
      } else if let values = schema["additionalProperties"], values.object != nil {
        schema = values
      } else {
        return false
      }
    }
    return true
  }

  /// Up to three fields whose paths are most like `path`.
  func nearest(to path: String) -> [String] { NearestNames.among(paths, to: path) }

  /// The paths of fields in `spec` that there are not, in their order.
  func unknownFields(in spec: JSONValue) -> [String] { Self.unknown(spec, root, prefix: "") }

  private static func unknown(_ value: JSONValue, _ schema: JSONValue, prefix: String) -> [String] {
    if let elements = value.array, let items = schema["items"] {
      return elements.enumerated().flatMap { unknown($0.element, items, prefix: "\(prefix)[\($0.offset)]") }
    }
    guard let object = value.object, let properties = schema["properties"]?.object else { return [] }
    return object.flatMap { member -> [String] in
      let path = prefix.isEmpty ? member.key : "\(prefix).\(member.key)"
      return properties[member.key].map { unknown(member.value, $0, prefix: path) } ?? [path]
    }
  }
}
