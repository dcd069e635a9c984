import APIMachinery
import JSON
import Kubernetes

/// What is checked of every object's metadata (k8s.io/apimachinery/pkg/api/validation).
enum MetadataRules {
  static func errors(_ object: KubeObject, live: KubeObject?, type: ResourceType) -> [FieldError] {
    var errors: [FieldError] = []
    if live == nil { errors += nameErrors(object.name, type: type) }
    errors += labelErrors(object)
    errors += annotationErrors(object)
    errors += finalizerErrors(object, live: live)
    errors += ownerErrors(object)
    return errors
  }

  private static func nameErrors(_ name: String, type: ResourceType) -> [FieldError] {
    guard !name.isEmpty else { return [FieldError(.required, "metadata.name", detail: "name or generateName is required")] }
    // RBAC names its objects freely, only paths must be able to name them.
    if type.group == "rbac.authorization.k8s.io" {
      let isPath = name == "." || name == ".." || name.contains("/") || name.contains("%")
      return isPath ? [FieldError(.invalid, "metadata.name", value: .string(name), detail: "may not contain '/' or '%'")] : []
    }
    if type.group.isEmpty, type.plural == "namespaces", !isLabel(name) {
      return [FieldError(.invalid, "metadata.name", value: .string(name), detail: labelMessage)]
    }
    return isSubdomain(name) ? [] : [FieldError(.invalid, "metadata.name", value: .string(name), detail: subdomainMessage)]
  }

  private static func labelErrors(_ object: KubeObject) -> [FieldError] {
    object.labels.sorted { $0.key < $1.key }.flatMap { key, value -> [FieldError] in
      var errors: [FieldError] = []
      if !isQualifiedName(key) { errors.append(FieldError(.invalid, "metadata.labels", value: .string(key), detail: qualifiedMessage)) }
      if !value.isEmpty, !isNamePart(value) {
        errors.append(FieldError(.invalid, "metadata.labels", value: .string(value), detail: valueMessage))
      }
      return errors
    }
  }

  private static let annotationLimit = 256 * 1024

  private static func annotationErrors(_ object: KubeObject) -> [FieldError] {
    let annotations = object.annotations
    var errors = annotations.keys.sorted().filter { !isQualifiedName($0.lowercased()) }.map {
      FieldError(.invalid, "metadata.annotations", value: .string($0), detail: qualifiedMessage)
    }
    let size = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    if size > annotationLimit {
      errors.append(FieldError(.tooLong, "metadata.annotations", detail: "may not be more than \(annotationLimit) bytes"))
    }
    return errors
  }

  private static func finalizerErrors(_ object: KubeObject, live: KubeObject?) -> [FieldError] {
    var errors = object.finalizers.filter { !isQualifiedName($0) }.map {
      FieldError(.invalid, "metadata.finalizers", value: .string($0), detail: qualifiedMessage)
    }
    if let live, live.isBeingDeleted {
      let added = object.finalizers.filter { !live.finalizers.contains($0) }
      if !added.isEmpty {
        errors.append(
          FieldError(
            .forbidden, "metadata.finalizers",
            detail: "no new finalizers can be added if the object is being deleted, found new finalizers \(JSONValue(added).text())"))
      }
    }
    return errors
  }

  private static func ownerErrors(_ object: KubeObject) -> [FieldError] {
    let entries = object.json[["metadata", "ownerReferences"]]?.array ?? []
    var errors: [FieldError] = []
    for (index, entry) in entries.enumerated() {
      for name in ["apiVersion", "kind", "name", "uid"] where (entry[name]?.string ?? "").isEmpty {
        errors.append(FieldError(.invalid, "metadata.ownerReferences[\(index)].\(name)", value: "", detail: "\(name) must not be empty"))
      }
    }
    if entries.filter({ $0["controller"]?.bool == true }).count > 1 {
      errors.append(
        FieldError(
          .invalid, "metadata.ownerReferences", value: .array(entries), detail: "Only one reference can have Controller set to true"))
    }
    return errors
  }
}
