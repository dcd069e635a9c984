import JSON
import Kubernetes

extension BuiltinKind {
  static let core: [BuiltinKind] = [
    BuiltinKind("", "core.v1.Namespace", "namespaces", namespaced: false, [.objectName, .path("Status", "string", "status.phase"), .age])
      .with {
        $0.shortNames = ["ns"]
        $0.hasStatus = true
        $0.selectableFields = ["status.phase"]
      },
    BuiltinKind("", "core.v1.ConfigMap", "configmaps", [.objectName, .cell("Data", .dataCount, type: "integer"), .age])
      .with { $0.shortNames = ["cm"] },
    BuiltinKind(
      "", "core.v1.Secret", "secrets",
      [.objectName, .path("Type", "string", "type"), .cell("Data", .dataCount, type: "integer"), .age]
    ).with { $0.selectableFields = ["type"] },
    BuiltinKind("", "core.v1.ServiceAccount", "serviceaccounts", [.objectName, .cell("Secrets", .secretsCount, type: "integer"), .age])
      .with { $0.shortNames = ["sa"] },
    pods, nodes, services,
    BuiltinKind("", "core.v1.Endpoints", "endpoints", [.objectName, .cell("Endpoints", .endpoints), .age]).with { $0.shortNames = ["ep"] },
    events("", "core.v1.Event"),
    BuiltinKind(
      "", "core.v1.PersistentVolumeClaim", "persistentvolumeclaims",
      [
        .objectName, .path("Status", "string", "status.phase"), .path("Volume", "string", "spec.volumeName", absent: ""),
        .path("Capacity", "string", "status.capacity.storage", absent: ""), .cell("Access Modes", .accessModes),
        .path("StorageClass", "string", "spec.storageClassName", absent: ""), .age,
        .path("VolumeMode", "string", "spec.volumeMode", absent: "Filesystem", priority: 1),
      ]
    ).with {
      $0.shortNames = ["pvc"]
      $0.hasStatus = true
    },
    BuiltinKind(
      "", "core.v1.ResourceQuota", "resourcequotas", [.objectName, .cell("Request", .quotaRequest), .cell("Limit", .quotaLimit), .age]
    ).with {
      $0.shortNames = ["quota"]
      $0.hasStatus = true
    },
    BuiltinKind("", "core.v1.LimitRange", "limitranges", [.objectName, .createdAt]).with { $0.shortNames = ["limits"] },
  ]

  private static let pods = BuiltinKind(
    "", "core.v1.Pod", "pods",
    [
      .objectName, .cell("Ready", .podReady), .cell("Status", .podStatus), .cell("Restarts", .podRestarts), .age,
      .path("IP", "string", "status.podIP", priority: 1), .path("Node", "string", "spec.nodeName", priority: 1),
      .path("Nominated Node", "string", "status.nominatedNodeName", priority: 1),
    ]
  ).with {
    $0.shortNames = ["po"]
    $0.categories = ["all"]
    $0.hasStatus = true
    $0.countsGenerations = true
    $0.selectableFields = [
      "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
      "status.podIP", "status.nominatedNodeName",
    ]
  }

  private static let nodes = BuiltinKind(
    "", "core.v1.Node", "nodes", namespaced: false,
    [
      .objectName, .cell("Status", .nodeStatus), .cell("Roles", .nodeRoles), .age,
      .path("Version", "string", "status.nodeInfo.kubeletVersion", absent: ""), .cell("Internal-IP", .nodeInternalIP, wide: true),
      .cell("External-IP", .nodeExternalIP, wide: true),
      .path("OS-Image", "string", "status.nodeInfo.osImage", absent: "<unknown>", priority: 1),
      .path("Kernel-Version", "string", "status.nodeInfo.kernelVersion", absent: "<unknown>", priority: 1),
      .path("Container-Runtime", "string", "status.nodeInfo.containerRuntimeVersion", absent: "<unknown>", priority: 1),
    ]
  ).with {
    $0.shortNames = ["no"]
    $0.hasStatus = true
    $0.selectableFields = ["spec.unschedulable"]
  }

  private static let services = BuiltinKind(
    "", "core.v1.Service", "services",
    [
      .objectName, .path("Type", "string", "spec.type", absent: "ClusterIP"), .path("Cluster-IP", "string", "spec.clusterIP"),
      .cell("External-IP", .serviceExternalIP), .cell("Port(s)", .servicePorts), .age,
      .cell("Selector", .serviceSelector, wide: true),
    ]
  ).with {
    $0.shortNames = ["svc"]
    $0.categories = ["all"]
    $0.hasStatus = true
    $0.selectableFields = ["spec.clusterIP", "spec.type"]
  }

  static func events(_ group: String, _ definition: String) -> BuiltinKind {
    let subject = group.isEmpty ? "involvedObject" : "regarding"
    return BuiltinKind(
      group, definition, "events",
      [
        .cell("Last Seen", .eventLastSeen), .path("Type", "string", "type"), .path("Reason", "string", "reason"),
        .cell("Object", .eventObject), .cell("Subobject", .eventSubobject, wide: true), .cell("Source", .eventSource, wide: true),
        .cell("Message", .eventMessage), .cell("First Seen", .eventFirstSeen, wide: true),
        .cell("Count", .eventCount, type: "integer", wide: true), .path("Name", "string", "metadata.name", priority: 1),
      ]
    ).with {
      $0.shortNames = ["ev"]
      let fields = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map { "\(subject).\($0)" }
      $0.selectableFields = fields + ["reason", "reportingController", "type"] + (group.isEmpty ? ["reportingComponent", "source"] : [])
    }
  }
}
