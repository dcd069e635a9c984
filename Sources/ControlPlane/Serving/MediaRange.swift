/// One clause of an `Accept` header, with the parameters that the API gives a meaning.
struct MediaRange: Sendable {
  var type: String
  var parameters: [String: String]

  /// The clauses in the order in which they stand: clients of the API write the best first.
  static func parse(_ accept: String) -> [MediaRange] {
    accept.split(separator: ",").map { clause in
      let parts = clause.split(separator: ";").map { part in part.filter { !$0.isWhitespace } }
      var parameters: [String: String] = [:]
      for part in parts.dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
        if pair.count == 2 { parameters[pair[0]] = pair[1] }
      }
      return MediaRange(type: (parts.first ?? "").lowercased(), parameters: parameters)
    }
  }

  var isJSON: Bool { ["application/json", "*/*", "application/*"].contains(type) }
}

/// How objects are written into a response.
enum Rendering: Sendable, Equatable {
  case object
  /// A meta.k8s.io Table with a row for every object, as `kubectl get` asks for it.
  case table(version: String)
  /// Only type and metadata.
  case metadata(version: String)

  /// The first form in `accept` that this server writes.
  static func negotiate(_ accept: String) throws -> Rendering {
    let ranges = MediaRange.parse(accept)
    guard !ranges.isEmpty else { return .object }
    for range in ranges where range.isJSON {
      let version = range.parameters["v"] ?? ""
      switch range.parameters["as"] {
      case nil: return .object
      case "Table" where ["v1", "v1beta1"].contains(version): return .table(version: version)
      case "PartialObjectMetadata" where ["v1", "v1beta1"].contains(version),
        "PartialObjectMetadataList" where ["v1", "v1beta1"].contains(version):
        return .metadata(version: version)
      default: continue
      }
    }
    throw APIError.notAcceptable(accepted: ["application/json"])
  }
}
