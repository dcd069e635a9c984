import APIMachinery
import JSON
import Kubernetes

/// The rules of CustomResourceDefinition: what it must say, and the status that makes the kind served.
enum DefinitionRules {
  /// Keeps a definition until its objects are gone.
  static let cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io"

  /// Fills in names, the cleanup finalizer, and the status. The kind is served as soon as the definition is stored, so its
  /// conditions are true with the first version that anybody can read.
  static func complete(_ object: inout KubeObject, live: KubeObject?, call: Call) {
    guard call.subresource == nil else { return }
    let kind = object[["spec", "names", "kind"]]?.string ?? ""
    if object[["spec", "names", "singular"]] == nil { object[["spec", "names", "singular"]] = .string(kind.lowercased()) }
    if object[["spec", "names", "listKind"]] == nil { object[["spec", "names", "listKind"]] = .string("\(kind)List") }
    if object[["spec", "conversion"]] == nil { object[["spec", "conversion"]] = ["strategy": "None"] }
    if live == nil, !object.finalizers.contains(cleanupFinalizer) {
      object[["metadata", "finalizers"]] = JSONValue(object.finalizers + [cleanupFinalizer])
    }
    completeStatus(&object, live: live)
  }

  private static func completeStatus(_ object: inout KubeObject, live: KubeObject?) {
    var status = live?["status"] ?? [:]
    let storage = (object[["spec", "versions"]]?.array ?? []).first { $0["storage"]?.bool == true }?["name"]?.string ?? ""
    let before = status["storedVersions"]?.strings ?? []
    status["storedVersions"] = JSONValue(before.contains(storage) ? before : before + [storage])
    status["acceptedNames"] = object[["spec", "names"]]
    let now = object[["metadata", "creationTimestamp"]]?.string ?? ""
    let conditions = [
      Condition("NamesAccepted", .yes, reason: "NoConflicts", message: "no conflicts found"),
      Condition("Established", .yes, reason: "InitialNamesAccepted", message: "the initial names have been accepted"),
    ]
    let previous = (status["conditions"]?.array ?? []).compactMap(Condition.init)
    let kept = previous.filter { old in !conditions.contains { $0.type == old.type } }
    status["conditions"] = .array((Condition.merging(conditions, into: previous, now: now) + kept).map(\.json))
    object["status"] = status
  }

  static func errors(_ object: KubeObject, live: KubeObject?) -> [FieldError] {
    var errors: [FieldError] = []
    do {
      _ = try CustomResources.definitions(of: object.json)
    } catch {
      errors += error.errors
    }
    if let live {
      for path in [["spec", "group"], ["spec", "names", "plural"], ["spec", "scope"]] where object[path] != live[path] {
        errors.append(FieldError(.invalid, path.joined(separator: "."), value: object[path], detail: "field is immutable"))
      }
    }
    return errors
  }
}
