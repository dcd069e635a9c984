import JSON
import Kubernetes

extension BuiltinKind {
  static let all: [BuiltinKind] = core + apps + batch + network + access + others

  private static let apps: [BuiltinKind] = [
    BuiltinKind(
      "apps", "apps.v1.Deployment", "deployments",
      [
        .objectName, .cell("Ready", .workloadReady), .count("Up-to-date", "status.updatedReplicas"),
        .count("Available", "status.availableReplicas"), .age,
      ] + podTemplate + [.cell("Selector", .selector, wide: true)]
    ).with { $0.isWorkload("deploy", scale: replicas) },
    BuiltinKind(
      "apps", "apps.v1.ReplicaSet", "replicasets",
      [
        .objectName, .count("Desired", "spec.replicas"), .count("Current", "status.replicas"), .count("Ready", "status.readyReplicas"),
        .age,
      ] + podTemplate + [.cell("Selector", .selector, wide: true)]
    ).with { $0.isWorkload("rs", scale: replicas) },
    BuiltinKind("apps", "apps.v1.StatefulSet", "statefulsets", [.objectName, .cell("Ready", .workloadReady), .age] + podTemplate)
      .with { $0.isWorkload("sts", scale: replicas) },
    BuiltinKind(
      "apps", "apps.v1.DaemonSet", "daemonsets",
      [
        .objectName, .count("Desired", "status.desiredNumberScheduled"), .count("Current", "status.currentNumberScheduled"),
        .count("Ready", "status.numberReady"), .count("Up-to-date", "status.updatedNumberScheduled"),
        .count("Available", "status.numberAvailable"), .cell("Node Selector", .nodeSelector), .age,
      ] + podTemplate + [.cell("Selector", .selector, wide: true)]
    ).with { $0.isWorkload("ds", scale: nil) },
  ]

  private static let podTemplate: [PrinterColumn] = [
    .cell("Containers", .containers, wide: true), .cell("Images", .images, wide: true),
  ]

  private mutating func isWorkload(_ short: String?, scale: ScaleSubresource?) {
    shortNames = short.map { [$0] } ?? []
    categories = ["all"]
    hasStatus = true
    countsGenerations = true
    self.scale = scale
  }

  private static let batch: [BuiltinKind] = [
    BuiltinKind(
      "batch", "batch.v1.Job", "jobs",
      [
        .objectName, .cell("Status", .jobStatus), .cell("Completions", .jobCompletions), .cell("Duration", .jobDuration), .age,
      ] + podTemplate + [.cell("Selector", .selector, wide: true)]
    ).with { $0.isWorkload(nil, scale: nil) },
    BuiltinKind(
      "batch", "batch.v1.CronJob", "cronjobs",
      [
        .objectName, .path("Schedule", "string", "spec.schedule"), .path("Timezone", "string", "spec.timeZone"),
        .path("Suspend", "boolean", "spec.suspend", absent: false), .cell("Active", .activeCount, type: "integer"),
        .since("Last Schedule", ["status", "lastScheduleTime"]), .age,
      ]
    ).with { $0.isWorkload("cj", scale: nil) },
  ]

  private static let network: [BuiltinKind] = [
    BuiltinKind(
      "networking.k8s.io", "networking.v1.Ingress", "ingresses",
      [
        .objectName, .path("Class", "string", "spec.ingressClassName"), .cell("Hosts", .ingressHosts),
        .cell("Address", .ingressAddress), .cell("Ports", .ingressPorts), .age,
      ]
    ).with {
      $0.shortNames = ["ing"]
      $0.hasStatus = true
      $0.countsGenerations = true
    },
    BuiltinKind(
      "networking.k8s.io", "networking.v1.NetworkPolicy", "networkpolicies", [.objectName, .cell("Pod-Selector", .podSelector), .age]
    ).with {
      $0.shortNames = ["netpol"]
      $0.countsGenerations = true
    },
    BuiltinKind(
      "discovery.k8s.io", "discovery.v1.EndpointSlice", "endpointslices",
      [
        .objectName, .path("AddressType", "string", "addressType"), .cell("Ports", .slicePorts), .cell("Endpoints", .sliceEndpoints),
        .age,
      ]
    ).with { $0.countsGenerations = true },
  ]

  private static let rbac = "rbac.authorization.k8s.io"
  private static let subjects: [PrinterColumn] = [
    .cell("Role", .roleRef), .age, .cell("Users", .subjectUsers, wide: true), .cell("Groups", .subjectGroups, wide: true),
    .cell("ServiceAccounts", .subjectServiceAccounts, wide: true),
  ]

  private static let access: [BuiltinKind] = [
    BuiltinKind(rbac, "rbac.v1.Role", "roles", [.objectName, .createdAt]),
    BuiltinKind(rbac, "rbac.v1.RoleBinding", "rolebindings", [.objectName] + subjects),
    BuiltinKind(rbac, "rbac.v1.ClusterRole", "clusterroles", namespaced: false, [.objectName, .createdAt]),
    BuiltinKind(rbac, "rbac.v1.ClusterRoleBinding", "clusterrolebindings", namespaced: false, [.objectName] + subjects),
  ]

  private static let others: [BuiltinKind] = [
    BuiltinKind(
      "policy", "policy.v1.PodDisruptionBudget", "poddisruptionbudgets",
      [
        .objectName, .path("Min Available", "string", "spec.minAvailable", absent: "N/A"),
        .path("Max Unavailable", "string", "spec.maxUnavailable", absent: "N/A"),
        .count("Allowed Disruptions", "status.disruptionsAllowed"), .age,
      ]
    ).with {
      $0.shortNames = ["pdb"]
      $0.hasStatus = true
      $0.countsGenerations = true
    },
    BuiltinKind(
      "autoscaling", "autoscaling.v2.HorizontalPodAutoscaler", "horizontalpodautoscalers",
      [
        .objectName, .cell("Reference", .autoscalerReference), .cell("Targets", .autoscalerTargets),
        .path("MinPods", "string", "spec.minReplicas", absent: "<unset>"), .count("MaxPods", "spec.maxReplicas"),
        .count("Replicas", "status.currentReplicas"), .age,
      ]
    ).with {
      $0.shortNames = ["hpa"]
      $0.categories = ["all"]
      $0.hasStatus = true
    },
    BuiltinKind(
      "coordination.k8s.io", "coordination.v1.Lease", "leases",
      [.objectName, .path("Holder", "string", "spec.holderIdentity", absent: ""), .age]),
    events("events.k8s.io", "events.v1.Event"),
    BuiltinKind(
      "apiextensions.k8s.io", "apiextensions.v1.CustomResourceDefinition", "customresourcedefinitions", namespaced: false,
      [.objectName, .createdAt]
    ).with {
      $0.shortNames = ["crd", "crds"]
      $0.categories = ["api-extensions"]
      $0.hasStatus = true
      $0.countsGenerations = true
    },
  ]
}
