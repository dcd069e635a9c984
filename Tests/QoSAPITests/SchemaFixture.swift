import APIMachinery
import JSON
import Kubernetes
import QoSAPI
import TestKit
import Testing
import YAML

/// Our CRDs, as the control plane reads them.
enum SchemaFixture {
  static func definition(_ type: ResourceType) throws -> ResourceDefinition {
    let crd = try #require(try YAMLParser.documents(try Places.text("crds/\(type.group)_\(type.plural).yaml")).first)
    return try #require(try CustomResources.definitions(of: crd).first)
  }

  /// What an API server says to an object with this spec; the unknown fields that it prunes, first.
  static func errors(_ type: ResourceType, name: String = "example", spec: String) throws -> [String] {
    let spec = try #require(try YAMLParser.documents(spec).first)
    return try errors([
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": ["name": .string(name)], "spec": spec,
    ])
  }

  static func errors(_ json: JSONValue) throws -> [String] {
    let type: ResourceType = json["kind"]?.string == "QoSPolicy" ? .qosPolicy : .modelDeployment
    let schema = try definition(type).schema
    var object = json
    let unknown = schema.prune(&object).map { "unknown field \"\($0)\"" }
    return unknown + schema.validate(schema.applyingDefaults(to: object)).map(\.description)
  }
}
