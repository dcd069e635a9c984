/// Why the control plane cannot run, with what to do about it.
package enum StartError: Error, Equatable, CustomStringConvertible {
  case portInUse(host: String, port: Int)
  case cannotListen(host: String, port: Int, reason: String)
  case bootstrap(String)
  /// A file that belongs to the program is not there.
  case missingResource(String)
  /// It ended before it served.
  case stopped

  package var description: String {
    switch self {
    case .portInUse(let host, let port):
      "port \(port) on \(host) is in use: stop the program that listens there, or choose another with --api-port (0 takes any free one)"
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host):\(port) (--api-port): \(reason)"
    case .bootstrap(let reason): "the initial objects could not be created: \(reason)"
    case .missingResource(let name): "\(name) is missing: install the program together with the folders named *.resources beside it"
    case .stopped: "the control plane stopped before it served"
    }
  }
}
