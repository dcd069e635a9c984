/// Why the data plane does not start.
package enum DataPlaneError: Error, CustomStringConvertible {
  case portInUse(host: String, port: Int)
  case cannotListen(host: String, port: Int, reason: String)
  case alreadyStarted

  package var description: String {
    switch self {
    case .portInUse(let host, let port):
      "port \(port) on \(host) is already in use: stop what listens there (ss -ltnp 'sport = :\(port)' names it), or choose another port"
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host) port \(port): \(reason)"
    case .alreadyStarted: "the data plane has been started already"
    }
  }
}

/// Why a policy is refused. The last good policy stays in force.
package struct PolicyError: Error, Equatable, CustomStringConvertible {
  /// The field, for example `pools[0].backends[1].port`.
  package var path: String
  /// What is wrong, and what to write instead.
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
