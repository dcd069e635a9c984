import JSON

/// Strategic merge patch: a merge patch which knows, from the schema of a built-in kind, which lists merge by a key.
package enum StrategicMergePatch {
  package static func apply(_ patch: JSONValue, to target: JSONValue, schema: StructuralSchema) throws(PatchError) -> JSONValue {
    MergePatch.apply(patch, to: target)
  }
}
