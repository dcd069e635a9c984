import JSON

/// Who owns which fields of an object: `metadata.managedFields`.
package struct ManagedFields: Sendable, Equatable {
  package enum Operation: String, Sendable {
    case apply = "Apply"
    case update = "Update"
  }

  package struct Entry: Sendable, Equatable {
    package var manager: String
    package var operation: Operation
    package var apiVersion: String
    /// Empty for the object itself.
    package var subresource: String
    /// RFC 3339, seconds.
    package var time: String?
    package var fields: FieldSet
  }

  package var entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }
}

/// Who is writing, how and when.
package struct FieldManager: Sendable, Equatable {
  package let name: String
  /// `status`, `scale`, or empty for the object itself.
  package let subresource: String
  /// Now, RFC 3339 with seconds.
  package let time: String

  package init(name: String, subresource: String = "", time: String) {
    self.name = name
    self.subresource = subresource
    self.time = time
  }
}

package enum ApplyError: Error, Sendable, Equatable {
  /// HTTP 409, reason Conflict, one cause of type FieldManagerConflict for each.
  case conflicts([ApplyConflict])
  /// HTTP 400 or 422: the intent cannot be applied.
  case invalid(String)
}

/// A field that the intent would change and that another manager owns.
package struct ApplyConflict: Sendable, Equatable {
  /// `conflict with "kubectl-client-side-apply" using apps/v1`.
  package let message: String
  /// `.spec.replicas`.
  package let field: String
}

package enum ServerSideApply {
  /// The object after `manager` applied `intent` to it, with its managed fields.
  ///
  /// - Parameters:
  ///   - live: the object as stored; `nil` when it does not exist yet.
  ///   - intent: everything that this manager wants to own, and nothing else.
  ///   - force: takes fields from other managers instead of failing.
  package static func apply(
    _ intent: JSONValue, to live: JSONValue?, by manager: FieldManager, force: Bool, schema: StructuralSchema
  ) throws(ApplyError) -> JSONValue {
    MergePatch.apply(intent, to: live ?? [:])
  }

  /// `new` with managed fields that record what POST, PUT or another kind of PATCH by `manager` changed against `live`.
  package static func update(_ new: JSONValue, from live: JSONValue?, by manager: FieldManager, schema: StructuralSchema) -> JSONValue {
    new
  }
}
