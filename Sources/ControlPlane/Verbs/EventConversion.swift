import JSON
import Kubernetes

/// Events between core v1, in which they are kept, and events.k8s.io/v1 (k8s.io/kubernetes/pkg/apis/events/v1/conversion).
enum EventConversion {
  static let modernAPIVersion = "events.k8s.io/v1"

  /// core v1 name → events.k8s.io/v1 name; every other field has one name in both.
  private static let renamed: [(core: String, modern: String)] = [
    ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"),
    ("source", "deprecatedSource"), ("count", "deprecatedCount"), ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
  ]

  static func toModern(_ object: KubeObject) -> KubeObject {
    rename(object, apiVersion: modernAPIVersion) { name in renamed.first { $0.core == name }?.modern }
  }

  static func toCore(_ object: KubeObject) -> KubeObject {
    rename(object, apiVersion: "v1") { name in renamed.first { $0.modern == name }?.core }
  }

  private static func rename(_ object: KubeObject, apiVersion: String, _ name: (String) -> String?) -> KubeObject {
    var converted = JSONObject()
    for member in object.json.object ?? [:] { converted[name(member.key) ?? member.key] = member.value }
    converted["apiVersion"] = .string(apiVersion)
    return KubeObject(.object(converted))
  }

  /// The core name of a field that a selector names in the modern form.
  static func coreField(_ field: String) -> String {
    let parts = field.split(separator: ".", maxSplits: 1).map(String.init)
    guard let core = renamed.first(where: { $0.modern == parts.first })?.core else { return field }
    return ([core] + parts.dropFirst()).joined(separator: ".")
  }
}
