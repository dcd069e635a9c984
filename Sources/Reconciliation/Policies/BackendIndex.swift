import JSON
import Kubernetes
import QoSAPI
import Scheduling

/// The ready endpoints of a namespace by Service, from EndpointSlices of whichever version the server has.
struct BackendIndex {
  private var backends: [String: [Backend]] = [:]

  init(namespace: String, snapshot: Snapshot) {
    let type: ResourceType = snapshot.isServed(.endpointSlice) ? .endpointSlice : .endpointSliceV1Beta1
    for slice in snapshot.objects(of: type, in: namespace) {
      guard let service = slice[["metadata", "labels", "kubernetes.io/service-name"]]?.string, slice["addressType"]?.string != "FQDN",
        let port = Self.port(slice)
      else { continue }
      for endpoint in slice["endpoints"]?.array ?? [] where Self.isReady(endpoint) {
        guard let address = endpoint["addresses"]?[0]?.string else { continue }
        backends[service, default: []].append(Backend(host: address, port: port))
      }
    }
  }

  /// In the order of their names; an endpoint that moves from slice to slice may be in two of them for a moment.
  subscript(service service: String) -> [Backend] {
    Set(backends[service] ?? []).sorted { $0.id < $1.id }
  }

  /// The port of the model server: the one called `http…`, else the first over TCP.
  private static func port(_ slice: KubeObject) -> Int? {
    let ports = (slice["ports"]?.array ?? []).filter { ($0["protocol"]?.string ?? "TCP") == "TCP" }
    let named = ports.first { $0["name"]?.string?.hasPrefix("http") ?? false }
    return (named ?? ports.first)?["port"]?.int
  }

  /// Readiness that is not known counts as ready, as the API says.
  private static func isReady(_ endpoint: JSONValue) -> Bool {
    endpoint[["conditions", "ready"]]?.bool ?? true
  }
}
