import ModelClients
import Routing

/// The clients of a catalogue's backends: one for each place, however many models are there.
package struct ModelPlaces: Sendable {
  /// By backend's index; `nil` where nobody said how to reach it.
  let clients: [(any ModelClient)?]
  /// Places to look at, with the backends that are there.
  package let servers: [(client: any ModelClient, backends: [Int], isRemote: Bool)]

  /// - Parameters:
  ///   - pool: The URL, up to and with `/v1`, under which a pool of the data plane is asked; `nil` when there is none.
  ///   - key: The key for a URL; never shown.
  package init(_ catalog: ModelCatalog, _ connections: ModelConnections, pool: (String) -> String?, key: (String) -> String?) {
    var servers: [String: (client: any ModelClient, backends: [Int], isRemote: Bool)] = [:]
    var clients: [(any ModelClient)?] = []
    for (index, entry) in catalog.backends.enumerated() {
      let place = entry.backend
      let url = place.kind == .pool ? pool(place.pool) : place.url
      guard let url else {
        clients.append(nil)
        continue
      }
      let name = "\(place.kind == .ollama ? "ollama" : "openai") \(url)"
      let known: any ModelClient
      if let server = servers[name] {
        known = server.client
      } else if place.kind == .ollama {
        known = connections.ollama(url)
      } else {
        known = connections.openAI(url, key: key(url))
      }
      clients.append(known)
      servers[name, default: (known, [], url.hasPrefix("https:"))].backends.append(index)
    }
    self.clients = clients
    self.servers = servers.sorted { $0.key < $1.key }.map(\.value)
  }
}
