import PolicyFormat

/// Why the data plane does not start.
package enum DataPlaneError: Error, CustomStringConvertible {
  case portInUse(host: String, port: Int)
  case cannotListen(host: String, port: Int, reason: String)
  case alreadyStarted
  case cannotOpenLog(path: String, reason: String)

  package var description: String {
    switch self {
    case .portInUse(let host, let port):
      "port \(port) on \(host) is already in use: stop what listens there (ss -ltnp 'sport = :\(port)' names it), or choose another port"
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host) port \(port): \(reason)"
    case .alreadyStarted: "the data plane has been started already"
    case .cannotOpenLog(let path, let reason): "the access log \(path) cannot be opened: \(reason)"
    }
  }
}

// The words of a policy file are read by a core, so that others can read them too.
package typealias PolicyError = PolicyFormat.PolicyError
typealias FieldReader = PolicyFormat.FieldReader
