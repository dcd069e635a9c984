import JSON
import Kubernetes
import TestKit
import Testing

@testable import APIMachinery

@Suite struct BuiltinKindsTests {
  static func document() throws -> JSONValue {
    try JSONValue(parsing: try Places.text("Sources/ControlPlane/Resources/kubernetes-openapi.json"))
  }

  static func kinds() throws -> BuiltinKinds { try BuiltinKinds(document: try document()) }

  static func definition(_ plural: String, group: String = "") throws -> ResourceDefinition {
    try #require(try kinds().definitions.first { $0.type.plural == plural && $0.type.group == group })
  }

  @Test func `every kind has a schema from the document`() throws {
    let kinds = try Self.kinds()
    #expect(kinds.definitions.count >= 30)
    for definition in kinds.definitions {
      guard case .definition(let name) = definition.openAPI else { continue }
      #expect(kinds.openAPI[name] != nil, "\(name)")
      #expect(definition.schema.properties["metadata"] != nil, "\(name)")
      let gvk: JSONValue = [
        "group": .string(definition.type.group), "kind": .string(definition.type.kind), "version": .string(definition.type.version),
      ]
      #expect(kinds.openAPI[name]?["x-kubernetes-group-version-kind"]?.array?.contains(gvk) ?? false, "\(name)")
    }
  }

  @Test func `a Deployment is validated, defaulted and pruned like a custom resource`() throws {
    let schema = try Self.definition("deployments", group: "apps").schema
    var object: JSONValue = [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web", "creationTimestamp": nil],
      "spec": [
        "template": [
          "spec": [
            "containers": [["image": "x", "ports": [["containerPort": 80]], "resources": ["limits": ["cpu": 1]], "nonsense": true]],
            "restartPolicy": "Sometimes",
          ]
        ]
      ],
    ]
    object = schema.decodingBuiltin(object)
    #expect(schema.prune(&object) == ["spec.template.spec.containers[0].nonsense"])
    object = schema.applyingDefaults(to: object)
    #expect(object[["spec", "replicas"]] == 1)
    #expect(object[["spec", "template", "spec", "containers"]]?[0]?["ports"]?[0]?["protocol"] == "TCP")
    #expect(object[["spec", "template", "spec", "containers"]]?[0]?["resources"] == ["limits": ["cpu": "1"]])
    #expect(
      schema.validate(object).map(\.description) == [
        "spec.selector: Required value", "spec.template.spec.containers[0].name: Required value",
        "spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\", \"OnFailure\"",
      ])
  }
}
