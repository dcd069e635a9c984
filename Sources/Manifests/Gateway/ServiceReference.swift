/// A port of a Service of the cluster.
package struct ServiceReference: Sendable, Hashable {
  package var name: String
  package var namespace: String
  package var port: Int

  package init(name: String, namespace: String, port: Int) {
    self.name = name
    self.namespace = namespace
    self.port = port
  }

  /// From an address such as `http://podium.tenant-a.svc:8080`; `nil` when its host is no Service.
  package init?(url: String) {
    let parts = url.split(separator: "://", maxSplits: 1)
    guard parts.count == 2, let authority = parts[1].split(separator: "/", maxSplits: 1).first else { return nil }
    guard let place = HostPort(String(authority), defaultPort: parts[0] == "https" ? 443 : 80) else { return nil }
    let labels = place.host.split(separator: ".")
    guard labels.count >= 3, labels[2] == "svc" else { return nil }
    self.init(name: String(labels[0]), namespace: String(labels[1]), port: place.port)
  }

  /// `NAME.NAMESPACE.svc:PORT` or `NAME:PORT`, which is in `namespace`; `nil` for anything else.
  package init?(_ text: String, defaultPort: Int, namespace: String) {
    guard let place = HostPort(text, defaultPort: defaultPort) else { return nil }
    let labels = place.host.split(separator: ".").map(String.init)
    guard labels.count == 1 || labels.count == 2 || labels[2] == "svc", let name = labels.first else { return nil }
    self.init(name: name, namespace: labels.count > 1 ? labels[1] : namespace, port: place.port)
  }

  package var host: String { "\(name).\(namespace).svc.cluster.local" }
}
