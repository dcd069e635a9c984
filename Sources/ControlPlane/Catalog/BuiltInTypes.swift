import APIMachinery
import Kubernetes

/// The built-in kinds that are stored and watched. Nothing runs here: no kubelet, no scheduler, no workload controllers.
enum BuiltInTypes {
  private struct Row {
    let group: String
    let kind: String
    let plural: String
    var namespaced = true
    var short: [String] = []
    var categories: [String] = []
    var hasStatus = false
    var hasGeneration = false
    var fields: [String] = []
  }

  static func load() throws -> [ServedType] {
    let machinery = try KindMachinery.permissive()
    return table.map { row in
      var served = ServedType(
        type: ResourceType(group: row.group, version: "v1", kind: row.kind, plural: row.plural, namespaced: row.namespaced),
        singular: row.kind.lowercased(), listKind: "\(row.kind)List", storageVersion: "v1", origin: .builtIn(machinery))
      served.shortNames = row.short
      served.categories = row.categories
      served.hasStatus = row.hasStatus
      served.hasGeneration = row.hasGeneration
      served.selectableFields = row.fields
      return served
    }
  }

  private static let table: [Row] = [
    Row(group: "", kind: "Namespace", plural: "namespaces", namespaced: false, short: ["ns"], hasStatus: true, fields: ["status.phase"]),
    Row(group: "", kind: "ConfigMap", plural: "configmaps", short: ["cm"]),
    Row(group: "", kind: "Secret", plural: "secrets", fields: ["type"]),
    Row(group: "", kind: "Service", plural: "services", short: ["svc"], categories: ["all"], hasStatus: true),
    Row(group: "", kind: "Event", plural: "events", short: ["ev"]),
    Row(
      group: "apps", kind: "Deployment", plural: "deployments", short: ["deploy"], categories: ["all"], hasStatus: true, hasGeneration: true
    ),
    Row(group: "coordination.k8s.io", kind: "Lease", plural: "leases"),
    Row(group: "events.k8s.io", kind: "Event", plural: "events", short: ["ev"]),
    Row(
      group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", plural: "customresourcedefinitions",
      namespaced: false, short: ["crd", "crds"], categories: ["api-extensions"], hasStatus: true, hasGeneration: true),
  ]
}
