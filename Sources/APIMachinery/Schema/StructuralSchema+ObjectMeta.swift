import JSON

extension StructuralSchema {
  /// `metadata` of every object, as Kubernetes' ObjectMeta; CRDs leave it out and mean it.
  package static let objectMeta: StructuralSchema = {
    var parser = SchemaParser(checksStructure: false)
    let text: JSONValue = ["type": "string"]
    let time: JSONValue = ["type": "string", "format": "date-time", "nullable": true]
    let texts: JSONValue = ["type": "object", "additionalProperties": text]
    let owner: JSONValue = [
      "type": "object", "x-kubernetes-map-type": "atomic", "required": ["apiVersion", "kind", "name", "uid"],
      "properties": [
        "apiVersion": text, "kind": text, "name": text, "uid": text, "controller": ["type": "boolean"],
        "blockOwnerDeletion": ["type": "boolean"],
      ],
    ]
    let managed: JSONValue = [
      "type": "object",
      "properties": [
        "apiVersion": text, "manager": text, "operation": text, "subresource": text, "time": time, "fieldsType": text,
        "fieldsV1": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
      ],
    ]
    let schema: JSONValue = [
      "type": "object",
      "properties": [
        "name": text, "generateName": text, "namespace": text, "selfLink": text, "uid": text, "resourceVersion": text,
        "generation": ["type": "integer", "format": "int64"], "creationTimestamp": time, "deletionTimestamp": time,
        "deletionGracePeriodSeconds": ["type": "integer", "format": "int64"], "labels": texts, "annotations": texts,
        "finalizers": [
          "type": "array", "items": text, "x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge",
        ],
        "ownerReferences": [
          "type": "array", "items": owner, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["uid"],
          "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "uid",
        ],
        "managedFields": ["type": "array", "items": managed, "x-kubernetes-list-type": "atomic"],
        "clusterName": text,
      ],
    ]
    return parser.schema(schema, at: .root, level: .root)
  }()
}
