import JSON

/// A list of objects as `meta.k8s.io/v1` Table.
package enum Table {
  package enum IncludeObject: String, Sendable {
    case none = "None"
    /// PartialObjectMetadata: the default.
    case metadata = "Metadata"
    case object = "Object"
  }

  /// - Parameters:
  ///   - metadata: the list's (or, for one object, that object's) resourceVersion, continue, remainingItemCount.
  ///   - includesHeader: a watch sends the column definitions only with its first event.
  ///   - version: of `meta.k8s.io`: `v1` or `v1beta1`.
  ///   - now: seconds since 1970, for ages.
  package static func json(
    of objects: [JSONValue], columns: [PrinterColumn], metadata: JSONValue = [:], include: IncludeObject = .metadata,
    includesHeader: Bool = true, version: String = "v1", now: Int64
  ) -> JSONValue {
    let rows = objects.map { object -> JSONValue in
      var row: JSONValue = ["cells": .array(columns.map { $0.cell(of: object, now: now) })]
      switch include {
      case .none: break
      case .metadata: row["object"] = partialObjectMetadata(object, version: version)
      case .object: row["object"] = object
      }
      return row
    }
    return [
      "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
      "columnDefinitions": .array(includesHeader ? columns.map(\.definition) : []), "rows": .array(rows),
    ]
  }

  /// `object` reduced to its metadata.
  package static func partialObjectMetadata(_ object: JSONValue, version: String = "v1") -> JSONValue {
    ["kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": object["metadata"] ?? [:]]
  }
}
