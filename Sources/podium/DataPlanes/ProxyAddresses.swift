import Kubernetes
import Reconciliation

/// Where the proxies of a data plane are, from the EndpointSlices of the Service that names them all, ready or not.
enum ProxyAddresses {
  struct Address: Hashable, Comparable {
    var host: String
    var port: Int

    /// A URL without a path.
    var url: String { host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)" }

    static func < (left: Address, right: Address) -> Bool { (left.host, left.port) < (right.host, right.port) }
  }

  /// The name of the port for health, metrics and figures.
  static let portName = "admin"

  /// - Parameter portName: of the Service's port.
  static func all(of service: ObjectKey, port portName: String = portName, _ snapshot: Snapshot) -> [Address] {
    let type: ResourceType = snapshot.isServed(.endpointSlice) ? .endpointSlice : .endpointSliceV1Beta1
    var found: Set<Address> = []
    for slice in snapshot.objects(of: type, in: service.namespace ?? "") {
      guard slice[["metadata", "labels", "kubernetes.io/service-name"]]?.string == service.name, slice["addressType"]?.string != "FQDN",
        let port = slice["ports"]?.array?.first(where: { $0["name"]?.string == portName })?["port"]?.int
      else { continue }
      for endpoint in slice["endpoints"]?.array ?? [] where endpoint[["conditions", "terminating"]]?.bool != true {
        if let host = endpoint["addresses"]?[0]?.string { found.insert(Address(host: host, port: port)) }
      }
    }
    return found.sorted()
  }
}
