/// Kinds that are asked, not kept: a POST is answered at once. Everyone may do everything here, and the answers say so.
enum ReviewKinds {
  struct Kind: Sendable {
    let group: String
    let kind: String
    let plural: String
    var namespaced = false
  }

  static let version = "v1"
  static let all: [Kind] = [
    Kind(group: "authentication.k8s.io", kind: "TokenReview", plural: "tokenreviews"),
    Kind(group: "authentication.k8s.io", kind: "SelfSubjectReview", plural: "selfsubjectreviews"),
    Kind(group: "authorization.k8s.io", kind: "LocalSubjectAccessReview", plural: "localsubjectaccessreviews", namespaced: true),
    Kind(group: "authorization.k8s.io", kind: "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews"),
    Kind(group: "authorization.k8s.io", kind: "SelfSubjectRulesReview", plural: "selfsubjectrulesreviews"),
    Kind(group: "authorization.k8s.io", kind: "SubjectAccessReview", plural: "subjectaccessreviews"),
  ]

  static func kinds(group: String, version: String) -> [Kind] {
    version == Self.version ? all.filter { $0.group == group } : []
  }
}
