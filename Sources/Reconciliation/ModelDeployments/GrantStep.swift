import Kubernetes
import Manifests
import QoSAPI

/// The ReferenceGrant that lets the HTTPRoutes of a namespace reach the data plane's Service in another one.
///
/// It is there for all deployments of the namespace and belongs to none: the first one that needs it makes it, and it goes with the last.
struct GrantStep {
  private(set) var writes: [Action] = []
  /// Why it is not as it should be, a clause for `Applied`.
  private(set) var problem: String?

  init(namespace: String, _ observed: Observed) {
    let snapshot = observed.snapshot
    guard let service = observed.settings.dataPlaneService(in: namespace),
      let grant = HTTPRouteManifest.grant(namespace: namespace, service)
    else { return }
    let isNeeded = snapshot.objects(of: .modelDeployment, in: namespace).contains(where: Self.needsGrant)
    guard snapshot.isServed(.referenceGrant) else {
      if isNeeded {
        problem = "the cluster serves no \(ResourceType.referenceGrant): the Gateway may refuse a Service of another namespace"
      }
      return
    }
    let live = snapshot[.referenceGrant, grant.key]
    let isOurs = live?.labels["app.kubernetes.io/managed-by"] == "podium"
    guard isNeeded else {
      if let live, isOurs { writes = [.delete(.referenceGrant, live.key, uid: live.uid)] }
      return
    }
    if live != nil, !isOurs {
      problem = "the ReferenceGrant \(grant.name) of namespace \(service.namespace) belongs to somebody else, and is left alone"
      return
    }
    let desired = ManifestDiff.signed(grant)
    guard ManifestDiff.isNeeded(desired, live: live) else { return }
    let wrong = ManifestAudit.findings(grant)
    guard wrong.isEmpty else {
      problem = "the ReferenceGrant \(grant.name) is not written: " + wrong.map(\.description).joined(separator: "; ")
      return
    }
    writes = [.apply(.referenceGrant, desired, manager: Names.manager)]
  }

  private static func needsGrant(_ deployment: KubeObject) -> Bool {
    !deployment.isBeingDeleted
      && deployment[["spec", "exposure", "type"]]?.string == ModelDeployment.Exposure.Kind.httpRoute.rawValue
  }
}
