import APIMachinery
import JSON

/// What is computed for objects of a kind: by its schema, its columns, its scale paths.
package struct KindMachinery: Sendable {
  let schema: StructuralSchema
  let columns: [PrinterColumn]
  let scale: ScaleSubresource?

  init(schema: StructuralSchema) {
    self.schema = schema
    columns = []
    scale = nil
  }

  init(_ definition: ResourceDefinition) {
    schema = definition.schema
    columns = definition.columns
    scale = definition.scale
  }

  static func permissive() throws -> KindMachinery {
    KindMachinery(schema: try StructuralSchema.parse(["type": "object", "x-kubernetes-preserve-unknown-fields": true]))
  }
}
