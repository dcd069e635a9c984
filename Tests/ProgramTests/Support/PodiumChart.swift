import Foundation
import JSON
import TestKit
import YAML

/// What `helm install` would send, as release `podium` in the namespace `podium-system`.
struct PodiumChart {
  static let namespace = "podium-system"

  private let documents: [JSONValue]

  static func rendered(_ settings: String...) async throws -> PodiumChart {
    guard let helm = Tools.helm else { throw TestKitError("there is no helm; hack/setup installs one") }
    let arguments = ["template", "podium", "\(Places.repository)/charts/podium", "--namespace", namespace]
    let result = try await Command.run(helm, arguments + settings.flatMap { ["--set", $0] }).checked()
    return PodiumChart(documents: try YAMLParser.documents(result.output))
  }

  /// The role for the whole cluster, the one for the release's namespace, and their bindings to the service account.
  var roles: [JSONValue] { documents.filter { ["ClusterRole", "Role"].contains($0["kind"]?.string) } }

  subscript(kind: String, name: String) -> JSONValue? {
    documents.first { $0["kind"]?.string == kind && $0[["metadata", "name"]]?.string == name }
  }

  /// One object a document, for `kubectl apply`.
  static func yaml(_ objects: [JSONValue]) -> String { objects.map { $0.text(.compact) }.joined(separator: "\n---\n") }

  /// The arguments of the operator's container, on free ports.
  var arguments: [String] {
    let deployment = self["Deployment", "podium"]
    let containers = deployment?[["spec", "template", "spec", "containers"]]
    return (containers?[0]?["args"]?.strings ?? []).map { $0.replacing(/-port=[0-9]+/, with: "-port=0") }
  }

  /// `verb group/resource`, for each that a role allows.
  var permissions: Set<String> {
    var found: Set<String> = []
    for rule in roles.flatMap({ $0["rules"]?.array ?? [] }) {
      for group in rule["apiGroups"]?.strings ?? [] {
        for resource in rule["resources"]?.strings ?? [] {
          for verb in rule["verbs"]?.strings ?? [] { found.insert("\(verb) \(group)/\(resource)") }
        }
      }
    }
    return found
  }
}
