import JSON

/// Objects that the tests create.
enum Objects {
  static let configMaps = "/api/v1/namespaces/default/configmaps"

  static func configMap(_ name: String, labels: [String: String] = [:], data: [String: String] = [:], metadata: JSONObject = [:])
    -> JSONValue
  {
    var meta: JSONObject = ["name": .string(name)]
    if !labels.isEmpty { meta["labels"] = JSONValue(labels) }
    for member in metadata { meta[member.key] = member.value }
    return ["apiVersion": "v1", "kind": "ConfigMap", "metadata": .object(meta), "data": JSONValue(data)]
  }

  static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
  static let widgets = "/apis/example.com/v1/namespaces/default/widgets"

  static func widgetDefinition(versions: [String] = ["v1"]) -> JSONValue {
    let schema: JSONValue = [
      "type": "object",
      "properties": [
        "spec": [
          "type": "object",
          "properties": [
            "size": ["type": "integer", "minimum": 1], "color": ["type": "string", "default": "blue"],
            "replicas": ["type": "integer"],
          ],
        ],
        "status": ["type": "object", "properties": ["ready": ["type": "boolean"], "replicas": ["type": "integer"]]],
      ],
    ]
    let list = versions.enumerated().map { index, name -> JSONValue in
      [
        "name": .string(name), "served": true, "storage": .bool(index == 0), "schema": ["openAPIV3Schema": schema],
        "subresources": [
          "status": [:], "scale": ["specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"],
        ],
        "additionalPrinterColumns": [["name": "Size", "type": "integer", "jsonPath": ".spec.size"]],
      ]
    }
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "widgets.example.com"],
      "spec": [
        "group": "example.com", "scope": "Namespaced", "versions": .array(list),
        "names": ["plural": "widgets", "singular": "widget", "kind": "Widget", "shortNames": ["wg"], "categories": ["all"]],
      ],
    ]
  }

  static func widget(_ name: String, version: String = "v1", spec: JSONValue = ["size": 1], metadata: JSONObject = [:]) -> JSONValue {
    var meta: JSONObject = ["name": .string(name)]
    for member in metadata { meta[member.key] = member.value }
    return ["apiVersion": .string("example.com/\(version)"), "kind": "Widget", "metadata": .object(meta), "spec": spec]
  }
}
