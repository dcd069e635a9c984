import ControllerRuntime
import Kubernetes
import QoSAPI
import Reconciliation

/// One controller a kind.
struct Controllers: Sendable {
  let modelDeployments: Controller
  let qosPolicies: Controller
  let authPolicies: Controller

  /// Works until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for controller in [modelDeployments, qosPolicies, authPolicies] { group.addTask { await controller.run() } }
    }
  }

  private var canary: String { CanaryState.poolName("") }

  /// Everything in the namespace whose status shows what these pools of the data plane do. A pool has its ModelDeployment's name.
  func wake(_ namespace: String, _ pools: Set<String>, _ stores: StoreSet) {
    qosPolicies.enqueue((stores[.qosPolicy]?.objects ?? [:]).keys.filter { $0.namespace == namespace })
    // A canary's pool is looked at by its deployment.
    let names = pools.flatMap { $0.hasSuffix(canary) ? [$0, String($0.dropLast(canary.count))] : [$0] }
    modelDeployments.enqueue(Set(names).map { ObjectKey(namespace: namespace, name: $0) })
  }
}

extension Operator {
  /// Which change wakes whom.
  func wire(_ controllers: Controllers, _ publishing: Controller) {
    let stores = stores
    let inNamespace: @Sendable (ResourceType) -> Store.Mapping = { type in
      { object in (stores[type]?.objects ?? [:]).keys.filter { $0.namespace == object.namespace } }
    }
    let policyOfNamespace: Store.Mapping = { [ObjectKey(namespace: $0.namespace, name: "traffic")] }
    func watch(_ type: ResourceType, _ controller: Controller, _ mapping: @escaping Store.Mapping) {
      if let store = stores[type] { controller.watch(store, mapping: mapping) }
    }

    watch(.modelDeployment, controllers.modelDeployments) { [$0.key] }
    for owned in WatchedTypes.owned {
      watch(owned, controllers.modelDeployments, controllingOwner(.modelDeployment))
    }
    watch(.node, controllers.modelDeployments) { _ in
      (stores[.modelDeployment]?.objects ?? [:]).filter { !Self.isPlanned($0.value) }.map(\.key)
    }
    // It belongs to no deployment; whoever needs it makes it again.
    watch(.referenceGrant, controllers.modelDeployments) { grant in
      let namespaces = Set((grant[["spec", "from"]]?.array ?? []).compactMap { $0["namespace"]?.string })
      return (stores[.modelDeployment]?.objects ?? [:]).keys.filter { namespaces.contains($0.namespace ?? "") }
    }
    // Tiers decide how demand is counted and what alerts there are.
    watch(.qosPolicy, controllers.modelDeployments, inNamespace(.modelDeployment))
    for optional in WatchedTypes.owned {
      // What could not be applied for want of a CRD can be now, or the other way round.
      stores[optional]?.subscribeToCondition { controllers.modelDeployments.enqueue((stores[.modelDeployment]?.objects ?? [:]).keys) }
    }
    watch(.qosPolicy, controllers.qosPolicies, inNamespace(.qosPolicy))
    watch(.authPolicy, controllers.qosPolicies, inNamespace(.qosPolicy))
    watch(.authPolicy, controllers.authPolicies) { [$0.key] }
    for source in [ResourceType.qosPolicy, .modelDeployment, .authPolicy, .secret, .endpointSlice, .endpointSliceV1Beta1] {
      watch(source, publishing, policyOfNamespace)
    }
  }

  private static func isPlanned(_ deployment: KubeObject) -> Bool {
    deployment.conditions.contains { $0.type == "Planned" && $0.status == .yes }
  }
}
