import JSON

// Access and token reviews: this server knows one user, who may do everything.
extension Handler {
  static let userName = "podium-developer"
  private static let user: JSONValue = ["username": .string(userName), "groups": ["system:masters", "system:authenticated"]]

  /// The answer to a POST of a review; `nil` when the resource is none.
  func review(_ request: ServerRequest, group: String, version: String, resource: String) throws -> ServerReply? {
    guard let kind = ReviewKinds.kinds(group: group, version: version).first(where: { $0.plural == resource }) else { return nil }
    guard request.method == .post else { throw APIError.methodNotAllowed }
    var body = try BodyDecoder.json(request)
    body["apiVersion"] = .string("\(group)/\(version)")
    body["kind"] = .string(kind.kind)
    body["metadata"] = body["metadata"] ?? ["creationTimestamp": nil]
    body["status"] = Self.status(of: kind)
    return .json(body, code: 201)
  }

  private static func status(of kind: ReviewKinds.Kind) -> JSONValue {
    switch kind.kind {
    case "TokenReview": ["authenticated": true, "user": user]
    case "SelfSubjectReview": ["userInfo": user]
    case "SelfSubjectRulesReview":
      [
        "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
        "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
      ]
    default: ["allowed": true, "reason": "the embedded control plane allows everything"]
    }
  }
}
