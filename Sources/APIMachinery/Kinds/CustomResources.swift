import JSON
import Kubernetes

/// What a CustomResourceDefinition defines.
package enum CustomResources {
  /// The served versions of `crd`, as kinds. Throws everything that is wrong with it, in the words of the API server.
  package static func definitions(of crd: JSONValue) throws(FieldErrors) -> [ResourceDefinition] {
    var errors = specErrors(crd)
    var definitions: [ResourceDefinition] = []
    for index in (crd[["spec", "versions"]]?.array ?? []).indices {
      do {
        if let definition = try definition(of: crd, at: index) { definitions.append(definition) }
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw FieldErrors(errors) }
    return definitions
  }

  /// One version of a CRD that is known to be right; `nil` when it has no such version.
  package static func definition(of crd: JSONValue, version: String) throws(FieldErrors) -> ResourceDefinition? {
    let versions = crd[["spec", "versions"]]?.array ?? []
    guard let index = versions.firstIndex(where: { $0["name"]?.string == version }) else { return nil }
    return try definition(of: crd, at: index, evenUnserved: true)
  }

  private static func definition(of crd: JSONValue, at index: Int, evenUnserved: Bool = false) throws(FieldErrors) -> ResourceDefinition? {
    guard let version = crd[["spec", "versions"]]?[index] else { return nil }
    let path = "spec.versions[\(index)]"
    var errors: [FieldError] = []
    var columns: [PrinterColumn] = []
    for (place, json) in (version["additionalPrinterColumns"]?.array ?? []).enumerated() {
      do {
        columns.append(try PrinterColumn(json))
      } catch {
        let field = "\(path).additionalPrinterColumns[\(place)].jsonPath"
        errors.append(FieldError(.invalid, field, value: json["jsonPath"] ?? "", detail: error.description))
      }
    }
    let openAPI = version[["schema", "openAPIV3Schema"]]
    var schema: StructuralSchema?
    do {
      schema = try openAPI.map { (json) throws(FieldErrors) in try StructuralSchema.parse(json, at: "\(path).schema.openAPIV3Schema") }
    } catch {
      errors += error.errors
    }
    guard errors.isEmpty else { throw FieldErrors(errors) }
    guard evenUnserved || version["served"]?.bool ?? false, let schema, let openAPI else { return nil }
    return ResourceDefinition(
      crd: crd, version: version, schema: schema, openAPI: openAPI, columns: columns.isEmpty ? [.age] : columns)
  }

  // MARK: Validation

  private static func specErrors(_ crd: JSONValue) -> [FieldError] {
    let spec = crd["spec"] ?? [:]
    var errors: [FieldError] = []
    func require(_ path: [String]) {
      if (spec[path]?.string ?? "").isEmpty { errors.append(FieldError(.required, (["spec"] + path).joined(separator: "."))) }
    }
    require(["group"])
    require(["names", "plural"])
    require(["names", "kind"])
    let name = crd[["metadata", "name"]]?.string ?? ""
    let expected = "\(spec[["names", "plural"]]?.string ?? "").\(spec["group"]?.string ?? "")"
    if errors.isEmpty, name != expected {
      errors.append(FieldError(.invalid, "metadata.name", value: .string(name), detail: "must be spec.names.plural+\".\"+spec.group"))
    }
    if let scope = spec["scope"]?.string, !["Cluster", "Namespaced"].contains(scope) {
      let detail = "supported values: \"Cluster\", \"Namespaced\""
      errors.append(FieldError(.notSupported, "spec.scope", value: .string(scope), detail: detail))
    } else if spec["scope"]?.string == nil {
      errors.append(FieldError(.required, "spec.scope"))
    }
    return errors + versionErrors(spec["versions"]?.array ?? [])
  }

  private static func versionErrors(_ versions: [JSONValue]) -> [FieldError] {
    guard !versions.isEmpty else { return [FieldError(.required, "spec.versions", detail: "must have at least one version")] }
    var errors: [FieldError] = []
    let storage = versions.count { $0["storage"]?.bool ?? false }
    if storage != 1 {
      let value = JSONValue.array(versions.map { ["name": $0["name"] ?? "", "storage": $0["storage"] ?? false] })
      errors.append(FieldError(.invalid, "spec.versions", value: value, detail: "must have exactly one version marked as storage version"))
    }
    var names: Set<String> = []
    for (index, version) in versions.enumerated() {
      let path = "spec.versions[\(index)]"
      let name = version["name"]?.string ?? ""
      if name.isEmpty { errors.append(FieldError(.required, "\(path).name")) }
      if !names.insert(name).inserted {
        errors.append(FieldError(.invalid, "spec.versions", value: .string(name), detail: "must contain unique version names"))
      }
      if version[["schema", "openAPIV3Schema"]] == nil {
        errors.append(FieldError(.required, "\(path).schema.openAPIV3Schema", detail: "schemas are required"))
      }
    }
    return errors
  }
}

extension ResourceDefinition {
  init(crd: JSONValue, version: JSONValue, schema: StructuralSchema, openAPI: JSONValue, columns: [PrinterColumn]) {
    let spec = crd["spec"] ?? [:]
    let names = spec["names"] ?? [:]
    let kind = names["kind"]?.string ?? ""
    type = ResourceType(
      group: spec["group"]?.string ?? "", version: version["name"]?.string ?? "", kind: kind, plural: names["plural"]?.string ?? "",
      namespaced: spec["scope"]?.string != "Cluster")
    singular = names["singular"]?.string ?? kind.lowercased()
    shortNames = names["shortNames"]?.strings ?? []
    categories = names["categories"]?.strings ?? []
    listKind = names["listKind"]?.string ?? kind + "List"
    self.schema = schema
    self.columns = [.objectName] + columns
    hasStatus = version[["subresources", "status"]] != nil
    scale = version[["subresources", "scale"]].map(ScaleSubresource.init)
    isCustom = true
    countsGenerations = true
    isStorageVersion = version["storage"]?.bool ?? false
    let warning = version["deprecationWarning"]?.string ?? "\(type.apiVersion) \(kind) is deprecated"
    deprecationWarning = version["deprecated"]?.bool ?? false ? warning : nil
    selectableFields = (version["selectableFields"]?.array ?? []).compactMap { $0["jsonPath"]?.string }.map {
      String($0.drop { $0 == "." })
    }
    self.openAPI = .schema(openAPI)
  }
}

extension ScaleSubresource {
  init(_ json: JSONValue) {
    func members(_ name: String) -> [String]? { json[name]?.string.flatMap { try? JSONPath($0).members } }
    self.init(
      specReplicas: members("specReplicasPath") ?? ["spec", "replicas"],
      statusReplicas: members("statusReplicasPath") ?? ["status", "replicas"], selector: members("labelSelectorPath"))
  }
}
