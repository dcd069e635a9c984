import JSON
import TestKit

/// A custom resource with everything a CRD can say.
struct Widgets: Sendable {
  let sandbox: Sandbox
  let group: String

  var api: API { sandbox.api }
  var path: String { sandbox.collection("\(group)/v1", "widgets") }
  var definitionPath: String { "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.\(group)" }

  /// Widgets as every test may use them. Their definition is shared, and must not be changed: definitions cost a server much more than
  /// objects do.
  init(_ sandbox: Sandbox) async throws {
    self.sandbox = sandbox
    group = "shared.conformance.test"
    try await api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Self.definition(group: group)).must(201, 409)
    try await waitUntilServed()
  }

  /// Widgets whose definition the test may change.
  init(ownedBy sandbox: Sandbox) async throws {
    self.sandbox = sandbox
    group = "w\(sandbox.id).conformance.test"
    try await api.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Self.definition(group: group)).must(201)
    try await waitUntilServed()
  }

  func waitUntilServed() async throws {
    try await eventually("the widgets are served", within: .seconds(60), every: .milliseconds(100)) {
      guard try await api.get(path).status == 200 else { return false }
      let conditions = try await api.get(definitionPath).json[["status", "conditions"]]?.array ?? []
      return conditions.contains { $0["type"] == "Established" && $0["status"] == "True" }
    }
  }

  func widget(_ name: String, _ spec: JSONValue = ["size": 3]) -> JSONValue {
    ["apiVersion": .string("\(group)/v1"), "kind": "Widget", "metadata": ["name": .string(name)], "spec": spec]
  }

  @discardableResult
  func create(_ name: String, _ spec: JSONValue = ["size": 3]) async throws -> API.Reply {
    try await api.post(path, widget(name, spec)).must(201)
  }

  static let schema: JSONValue = [
    "type": "object", "required": ["spec"],
    "properties": [
      "spec": [
        "type": "object", "required": ["size"],
        "properties": [
          "size": ["type": "integer", "minimum": 1, "maximum": 100],
          "color": ["type": "string", "default": "blue", "enum": ["blue", "red", "green"]],
          "replicas": ["type": "integer", "default": 1],
          "note": ["type": "string", "maxLength": 20, "pattern": "^[a-z ]*$"],
          "labels": ["type": "object", "additionalProperties": ["type": "string"]],
          "anything": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
          "parts": [
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": [
              "type": "object", "required": ["name"],
              "properties": ["name": ["type": "string"], "count": ["type": "integer", "default": 1], "unit": ["type": "string"]],
            ],
          ],
        ],
      ],
      "status": [
        "type": "object",
        "properties": ["replicas": ["type": "integer"], "phase": ["type": "string"], "selector": ["type": "string"]],
      ],
    ],
  ]

  static func definition(group: String, schema: JSONValue = schema) -> JSONValue {
    [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string("widgets.\(group)")],
      "spec": [
        "group": .string(group), "scope": "Namespaced",
        "names": [
          "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList", "shortNames": ["wg"],
          "categories": ["toys"],
        ],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
            "subresources": [
              "status": [:],
              "scale": [
                "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas", "labelSelectorPath": ".status.selector",
              ],
            ],
            "additionalPrinterColumns": [
              ["name": "Size", "type": "integer", "jsonPath": ".spec.size"],
              ["name": "Color", "type": "string", "jsonPath": ".spec.color"],
              ["name": "Note", "type": "string", "jsonPath": ".spec.note", "priority": 1],
              ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
            ],
          ]
        ],
      ],
    ]
  }
}
