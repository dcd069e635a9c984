import Kubernetes
import QoSAPI

/// The names under which requests may ask for each deployment of a namespace: its own name, and its model's id. Where several
/// deployments serve one model, the id means the oldest of them; a deployment's own name always means itself.
struct ModelNames {
  struct Deployment {
    let name: String
    let object: KubeObject
  }

  /// In the order of their names.
  let deployments: [Deployment]
  private let names: Set<String>
  private var owner: [String: String] = [:]

  init(_ objects: [KubeObject]) {
    let deployments = objects.map { Deployment(name: $0.name, object: $0) }
    self.deployments = deployments
    names = Set(deployments.map(\.name))
    for deployment in deployments.sorted(by: { PolicyAssignment.isOlder($0.object, $1.object) }) {
      for id in Self.modelIds(deployment.object) where !names.contains(id) && owner[id] == nil { owner[id] = deployment.name }
    }
  }

  func models(of deployment: Deployment) -> [String] {
    [deployment.name] + Self.modelIds(deployment.object).filter { owner[$0] == deployment.name }
  }

  /// Whether a deployment has this name.
  func contains(_ name: String) -> Bool { names.contains(name) }

  /// The fallbacks that exist.
  func fallbacks(of deployment: Deployment, diagnostics: inout [String]) -> [String] {
    (deployment.object[["spec", "fallbacks"]]?.strings ?? []).filter { fallback in
      guard fallback != deployment.name, names.contains(fallback) else {
        diagnostics.append("ModelDeployment \(deployment.name): its fallback \(fallback) is no other ModelDeployment of the namespace.")
        return false
      }
      return true
    }
  }

  /// What was asked for, and what the plan calls it.
  private static func modelIds(_ object: KubeObject) -> [String] {
    var ids: [String] = []
    for path in [["spec", "model"], ["status", "plan", "model"]] {
      if let id = object[path]?.string, !ids.contains(id) { ids.append(id) }
    }
    return ids
  }
}
