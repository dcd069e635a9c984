import Kubernetes

/// What the platform's object says about its servers: whether all are as they are to be, and ready.
struct ServingReadiness {
  let isComplete: Bool

  /// - Parameter workload: The Deployment that KServe makes of `live`, where it can be seen.
  init(_ live: KubeObject, type: ResourceType, workload: KubeObject?) {
    // Conditions of the generation before would still say ready.
    if let seen = live[["status", "observedGeneration"]]?.int, seen < live.generation {
      isComplete = false
    } else if type == .deployment {
      isComplete = Self.isRolledOut(live)
    } else {
      // KServe's conditions stay True while its Deployment replaces one pod after the other.
      isComplete =
        workload.map(Self.isRolledOut) ?? true && DeploymentCase.serversReady(live.conditions)?.status == .yes
        && live[["status", "modelStatus", "transitionStatus"]]?.string != "InProgress"
    }
  }

  private static func isRolledOut(_ workload: KubeObject) -> Bool {
    if let seen = workload[["status", "observedGeneration"]]?.int, seen < workload.generation { return false }
    let wanted = workload[["spec", "replicas"]]?.int ?? 1
    return [["status", "updatedReplicas"], ["status", "availableReplicas"]].allSatisfy { workload[$0]?.int ?? 0 >= wanted }
  }
}
