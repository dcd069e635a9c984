import Kubernetes
import Manifests
import Planning
import QoSAPI

/// From `exposure`, `networkPolicy` and `availability` to writes of the objects that they ask for, and what the cluster says of them.
///
/// The way in always leads to the data plane, never around it to the model servers. What is not asked for any more is deleted; what
/// belongs to somebody else is left alone.
struct ExposureStep {
  private(set) var writes: [Action] = []
  /// What could not be made, each a clause for `Applied`.
  private(set) var missing: [String] = []
  private(set) var finding: Finding?
  /// Another writer is at work on an object of ours.
  private(set) var contest: Finding?
  /// How callers get in, once the cluster says so.
  private(set) var address: String?

  /// Something that is to be made is there already, and somebody else's.
  private(set) var isOccupied = false

  private let owner: KubeObject
  private let snapshot: Snapshot
  private let now: String

  init(_ intent: ServingIntent, _ observed: Observed) {
    owner = intent.deployment.object
    snapshot = observed.snapshot
    now = observed.now
    let kind = intent.deployment.exposure.kind
    let namespace = owner.namespace ?? "default"
    let service = observed.settings.dataPlaneService(in: namespace)
    if kind != .none { finding = Self.problem(kind, service, namespace) }
    let route = service.flatMap { kind == .httpRoute ? HTTPRouteManifest.toDataPlane(intent, $0) : nil }
    let local = finding == nil ? service : nil
    let ingress = local.flatMap { kind == .ingress ? IngressManifest.object(for: intent, $0) : nil }
    let isService = kind == .loadBalancer || kind == .nodePort
    let exposed = local.flatMap { service in
      isService
        ? ExposedServiceManifest.object(for: intent, selector: observed.settings.dataPlaneSelector, port: service.port) : nil
    }
    write(route, .httpRoute, name: intent.gatewayName, "Gateway API", "no HTTPRoute can be made")
    write(ingress, .ingress, name: intent.gatewayName, "networking.k8s.io/v1", "no Ingress can be made")
    write(exposed, .service, name: intent.gatewayName, "core", "no Service can be made")
    let callers = [service?.namespace ?? namespace]
    write(
      NetworkPolicyManifest.object(for: intent, namespaces: callers), .networkPolicy, "networking.k8s.io/v1",
      "every pod may connect to the model servers")
    write(
      DisruptionBudgetManifest.object(for: intent), .podDisruptionBudget, "policy/v1", "a drain may take all model servers at once")
    let grant = GrantStep(namespace: namespace, observed)
    writes += grant.writes
    if let problem = grant.problem { missing.append(problem) }
    if kind != .none { judge(kind) }
  }

  private static func problem(_ kind: ModelDeployment.Exposure.Kind, _ service: ServiceReference?, _ namespace: String) -> Finding? {
    guard let service else {
      return Finding(
        "NoDataPlaneService",
        "The operator was not told which Service leads to the data plane. Start it with --gateway-url http://NAME.{namespace}.svc:PORT.")
    }
    guard kind != .httpRoute, service.namespace != namespace else { return nil }
    return Finding(
      "DataPlaneElsewhere",
      "The data plane's Service \(service.name) is in namespace \(service.namespace), and an exposure of type \(kind.rawValue) reaches its own "
        + "namespace only. Use type HTTPRoute, or run a data plane in \(namespace).")
  }

  private mutating func write(
    _ rendered: KubeObject?, _ type: ResourceType, name: String? = nil, _ project: String, _ consequence: String
  ) {
    guard snapshot.isServed(type) else {
      guard rendered != nil else { return }
      missing.append("\(project) is not served (no \(type)): \(consequence)")
      if Self.isWayIn(type) { finding = finding ?? Finding("NotServed", "The cluster serves no \(type): \(consequence).") }
      return
    }
    let key = ObjectKey(namespace: owner.namespace, name: name ?? owner.name)
    let live = snapshot[type, key]
    if let live, !live.ownerReferences.contains(where: { $0.uid == owner.uid }) {
      guard rendered != nil else { return }
      isOccupied = true
      let text = "The \(type.kind) \(key.name) exists and does not belong to this ModelDeployment. Rename one of the two."
      missing.append("the \(type.kind) \(key.name) belongs to somebody else, and is left alone")
      if Self.isWayIn(type) { finding = finding ?? Finding("Conflicted", text) }
      return
    }
    guard let rendered else {
      if let live { writes.append(.delete(type, live.key, uid: live.uid)) }
      return
    }
    let desired = ManifestDiff.signed(rendered)
    guard ManifestDiff.isNeeded(desired, live: live) else { return }
    let wrong = ManifestAudit.findings(rendered)
    guard wrong.isEmpty else {
      let text = wrong.map(\.description).joined(separator: "; ")
      missing.append("the \(type.kind) \(key.name) is not written, for no API server should take it: \(text)")
      if Self.isWayIn(type) { finding = finding ?? Finding("ManifestRefused", "The \(type.kind) is not written: \(text).") }
      return
    }
    let restoration = live.map { Restoration(of: desired, live: $0, now: now) }
    contest = contest ?? restoration?.finding
    if let wanted = restoration.map({ $0.desired }) ?? desired { writes.append(.apply(type, wanted, manager: Names.manager)) }
  }

  private static func isWayIn(_ type: ResourceType) -> Bool { [.httpRoute, .ingress, .service].contains(type) }

  // MARK: What the cluster says

  private mutating func judge(_ kind: ModelDeployment.Exposure.Kind) {
    guard finding == nil else { return }
    switch kind {
    case .none: return
    case .httpRoute: judgeRoute()
    case .ingress: judgeAddress(snapshot[.ingress, wayIn], "The ingress controller")
    case .loadBalancer: judgeAddress(snapshot[.service, wayIn], "The cloud")
    case .nodePort:
      let port = snapshot[.service, wayIn]?[["spec", "ports"]]?[0]?["nodePort"]?.int
      guard let port else { return finding = Finding("Pending", "The Service has no node port yet.", status: .unknown) }
      address = "port \(port) of every node"
    }
  }

  private var wayIn: ObjectKey { ObjectKey(namespace: owner.namespace, name: ServingIntent.gatewayName(owner.name)) }

  private mutating func judgeRoute() {
    let parents = snapshot[.httpRoute, wayIn]?[["status", "parents"]]?.array ?? []
    let conditions = parents.flatMap { ($0["conditions"]?.array ?? []).compactMap(Condition.init) }
    if let refused = conditions.first(where: { ["Accepted", "ResolvedRefs"].contains($0.type) && $0.status == .no }) {
      let grant = refused.reason == "RefNotPermitted" ? " A ReferenceGrant in the namespace of the data plane's Service allows it." : ""
      return finding = Finding(refused.reason, "The Gateway refuses the HTTPRoute: \(refused.message)\(grant)")
    }
    guard conditions.contains(where: { $0.type == "Accepted" && $0.status == .yes }) else {
      return finding = Finding("Pending", "No Gateway has accepted the HTTPRoute yet.", status: .unknown)
    }
    address = snapshot[.httpRoute, wayIn]?[["spec", "hostnames"]]?.strings?.first ?? "the Gateway's address"
  }

  private mutating func judgeAddress(_ object: KubeObject?, _ who: String) {
    let first = object?[["status", "loadBalancer", "ingress"]]?[0]
    guard let place = first?["hostname"]?.string ?? first?["ip"]?.string else {
      return finding = Finding("Pending", "\(who) has given no address yet.", status: .unknown)
    }
    address = place
  }
}

extension OperatorSettings {
  /// The Service in front of the data plane of a namespace; `nil` where its address is no Service's.
  func dataPlaneService(in namespace: String) -> ServiceReference? {
    endpoint(in: namespace).flatMap { ServiceReference(url: $0) }
  }
}
