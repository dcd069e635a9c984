import JSON
import Kubernetes
import QoSAPI
import Scheduling

/// Names beside the deployments' own: LoRA adapters, and A/B tests, which split a deployment's names between deployments.
///
/// A canary (`rollout.canary`) gets the part of the requests that the status says it has come to.
struct ModelRouteCompiler {
  let names: ModelNames

  func routes(diagnostics: inout [String]) -> [ModelRoute] {
    let tests = names.deployments.flatMap { split($0, &diagnostics) } + names.deployments.flatMap(canary)
    return tests + adapters(&diagnostics)
  }

  // MARK: A/B tests

  private func split(_ deployment: ModelNames.Deployment, _ diagnostics: inout [String]) -> [ModelRoute] {
    guard let elements = deployment.object[["spec", "rollout", "abTest", "variants"]]?.array else { return [] }
    var variants: [ModelRoute.Variant] = []
    for element in elements {
      guard let name = element["deployment"]?.string, let percent = element["trafficPercent"]?.int, percent >= 0 else { continue }
      if names.contains(name) {
        variants.append(ModelRoute.Variant(pool: name, weight: percent))
      } else {
        diagnostics.append("ModelDeployment \(deployment.name): the variant \(name) of its abTest is no ModelDeployment of the namespace.")
      }
    }
    guard variants.contains(where: { $0.weight > 0 }) else { return [] }
    return names.models(of: deployment).map { ModelRoute(name: $0, variants: variants) }
  }

  // MARK: Canaries

  /// Chosen anew for every request, so that the part is what it says and what is measured is not one tenant's.
  private func canary(_ deployment: ModelNames.Deployment) -> [ModelRoute] {
    guard let pool = CanaryState.pool(of: deployment, names), let percent = CanaryState(deployment.object)?.percent, percent > 0 else {
      return []
    }
    let variants = [
      ModelRoute.Variant(pool: deployment.name, weight: 100 - percent), ModelRoute.Variant(pool: pool, weight: percent),
    ]
    return names.models(of: deployment).map { ModelRoute(name: $0, variants: variants, sticky: .request) }
  }

  // MARK: Adapters

  private func adapters(_ diagnostics: inout [String]) -> [ModelRoute] {
    var taken = Set(names.deployments.flatMap(names.models))
    var routes: [ModelRoute] = []
    for deployment in names.deployments {
      for adapter in deployment.object[["spec", "serving", "loraAdapters"]]?.array ?? [] {
        guard let name = adapter["name"]?.string, !name.isEmpty else { continue }
        guard taken.insert(name).inserted else {
          diagnostics.append(
            "ModelDeployment \(deployment.name): its adapter \(name) has the name of another model; requests mean that one.")
          continue
        }
        routes.append(ModelRoute(name: name, variants: [ModelRoute.Variant(pool: deployment.name, servedModel: name)]))
      }
    }
    return routes
  }
}

/// Whether the servers of a deployment look at the priority of a request: they are started so, unless its own arguments say otherwise.
enum PriorityScheduling {
  static func isOn(_ deployment: KubeObject) -> Bool {
    let option = "--scheduling-policy"
    let arguments = deployment[["spec", "serving", "args"]]?.strings ?? []
    var policy: Substring = "priority"
    for (index, argument) in arguments.enumerated() {
      if argument.hasPrefix("\(option)=") { policy = argument.dropFirst(option.count + 1) }
      if argument == option, index + 1 < arguments.count { policy = arguments[index + 1][...] }
    }
    return policy == "priority"
  }
}
