import Foundation
import JSON
import TestKit

/// A real API server for one test, with what an administrator puts there.
struct PodiumCluster: Sendable {
  let plane: OwnControlPlane

  static func start(auditing user: String? = nil) async throws -> PodiumCluster {
    PodiumCluster(plane: try await OwnControlPlane.start(auditing: user))
  }

  /// As administrator, with the newest kubectl there is.
  @discardableResult
  func kubectl(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
    guard let kubectl = Tools.kubectls.last else { throw TestKitError("there is no kubectl; hack/setup installs one") }
    return try await kubectl.run(arguments, kubeconfig: plane.cluster.kubeconfig, input: input)
  }

  func apply(_ yaml: String) async throws { try await kubectl("apply", "-f", "-", input: yaml).checked() }

  /// The CRDs in files of the repository.
  func define(_ files: [String]) async throws {
    for file in files {
      try await kubectl("apply", "--validate=false", "-f", "\(Places.repository)/\(file)").checked()
      try await kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", "\(Places.repository)/\(file)").checked()
    }
  }

  static let ownDefinitions = Places.files(below: "crds", suffix: ".yaml")
  static func standIn(_ plural: String) -> String { "Sources/podium/Development/StandIns/\(plural).yaml" }
  static let standIns = Places.files(below: "Sources/podium/Development/StandIns", suffix: ".yaml")

  /// The rights that the chart gives, to a user instead of the service account.
  func grant(_ chart: PodiumChart, to user: String = "operator") async throws {
    try await apply(#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "\#(PodiumChart.namespace)"}}"#)
    try await apply(PodiumChart.yaml(chart.roles))
    for role in chart.roles {
      let name = role[["metadata", "name"]]?.string ?? ""
      if role["kind"]?.string == "ClusterRole" {
        try await kubectl("create", "clusterrolebinding", name, "--clusterrole", name, "--user", user).checked()
      } else {
        try await kubectl(
          "create", "rolebinding", name, "-n", role[["metadata", "namespace"]]?.string ?? "", "--role", name, "--user", user
        ).checked()
      }
    }
  }

  /// Everything that a cluster ready for Podium has.
  func prepare() async throws {
    try await define(Self.ownDefinitions + Self.standIns)
    try await grant(try await PodiumChart.rendered())
  }

  func json(_ arguments: String...) async throws -> JSONValue {
    guard let kubectl = Tools.kubectls.last else { throw TestKitError("there is no kubectl; hack/setup installs one") }
    let result = try await kubectl.run(["get"] + arguments + ["-o", "json"], kubeconfig: plane.cluster.kubeconfig).checked()
    return try JSONValue(parsing: result.output)
  }

  /// Status, reason and message of a condition in one line; empty when it is not there.
  func condition(_ type: String, of object: String) async throws -> String {
    let conditions = try await json(object)[["status", "conditions"]]?.array ?? []
    guard let condition = conditions.first(where: { $0["type"]?.string == type }) else { return "" }
    return ["status", "reason", "message"].map { condition[$0]?.string ?? "" }.joined(separator: " ")
  }

  func waitFor(_ type: String, of objects: String...) async throws {
    for object in objects {
      try await eventually("\(object) is \(type)", within: .seconds(90), every: .milliseconds(200)) {
        try await condition(type, of: object).hasPrefix("True ")
      }
    }
  }

  /// Who holds the lease; empty when it was given back.
  func leader() async throws -> String {
    try await json("lease", "podium-operator", "-n", PodiumChart.namespace)[["spec", "holderIdentity"]]?.string ?? ""
  }
}
