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
  ///   - metadata: the list's (or, for one object, an empty) metadata: resourceVersion, continue, remainingItemCount.
  ///   - includesHeader: a watch sends the column definitions only with its first event.
  ///   - now: seconds since 1970, for ages.
  package static func json(
    of objects: [JSONValue], columns: [PrinterColumn], metadata: JSONValue = [:], include: IncludeObject = .metadata,
    includesHeader: Bool = true, version: String = "v1", now: Int64
  ) -> JSONValue {
    [:]
  }
}
