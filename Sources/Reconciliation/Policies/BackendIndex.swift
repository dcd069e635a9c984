import JSON
import Kubernetes
import QoSAPI
import Scheduling

/// The endpoints of a namespace by Service, from EndpointSlices of whichever version the server has.
struct BackendIndex {
  private var ready: [String: Set<Backend>] = [:]
  /// Not ready, and not about to end.
  private var unready: [String: Set<Backend>] = [:]

  init(namespace: String, snapshot: Snapshot) {
    let type: ResourceType = snapshot.isServed(.endpointSlice) ? .endpointSlice : .endpointSliceV1Beta1
    for slice in snapshot.objects(of: type, in: namespace) {
      guard let service = slice[["metadata", "labels", "kubernetes.io/service-name"]]?.string, slice["addressType"]?.string != "FQDN",
        let port = Self.port(slice)
      else { continue }
      for endpoint in slice["endpoints"]?.array ?? [] {
        guard let address = endpoint["addresses"]?[0]?.string else { continue }
        let backend = Backend(host: address, port: port)
        if Self.isReady(endpoint) {
          ready[service, default: []].insert(backend)
        } else if endpoint[["conditions", "terminating"]]?.bool != true {
          unready[service, default: []].insert(backend)
        }
      }
    }
  }

  /// Who serves: everyone who is ready; and of those who were and are no longer, as many as are missing to half of them all. Servers that
  /// fail their probes because they are busy would otherwise leave the rest with their load, until none is left. What really is dead
  /// is found by the scheduler's breakers.
  ///
  /// An endpoint that moves from slice to slice may be in two of them for a moment: once ready counts.
  /// - Parameter known: the ``Membership/known`` of before. Who was never ready is still loading, and does not serve.
  func members(of service: String, known: Set<Backend>) -> Membership {
    let ready = ready[service] ?? []
    let failing = (unready[service] ?? []).subtracting(ready).intersection(known)
    // Rounded up, as half of three are two: at most half may be missing.
    let fewest = (ready.count + failing.count + 1) / 2
    let kept = failing.sorted { $0.id < $1.id }.prefix(max(0, fewest - ready.count))
    return Membership(backends: (ready + kept).sorted { $0.id < $1.id }, known: ready.union(failing), kept: kept.count)
  }

  /// The servers of one pool.
  struct Membership: Equatable {
    /// In the order of their names.
    var backends: [Backend]
    /// Everyone listed who was ready once.
    var known: Set<Backend>
    /// How many of ``backends`` are not ready.
    var kept: Int
  }

  /// The port of the model server: the one called `http…`, else the first over TCP; none that speaks TLS, which we do not.
  private static func port(_ slice: KubeObject) -> Int? {
    let ports = (slice["ports"]?.array ?? []).filter {
      ($0["protocol"]?.string ?? "TCP") == "TCP" && $0["name"]?.string != "https" && $0["appProtocol"]?.string != "https"
    }
    let named = ports.first { $0["name"]?.string?.hasPrefix("http") ?? false }
    return (named ?? ports.first)?["port"]?.int
  }

  /// Readiness that is not known counts as ready, as the API says.
  private static func isReady(_ endpoint: JSONValue) -> Bool {
    endpoint[["conditions", "ready"]]?.bool ?? true
  }
}
