/// Why a sudden peak was not simulated although the plan scales for it.
package enum ColdStartOmission: Error, Sendable, Hashable, CustomStringConvertible {
  case tooManyReplicas(Int, limit: Int)
  /// Requests of one run.
  case tooManyRequests(Double, limit: Double)

  package var description: String {
    switch self {
    case .tooManyReplicas(let replicas, let limit): "not simulated, because the peak needs \(replicas) replicas, more than \(limit)"
    case .tooManyRequests(let requests, let limit):
      "not simulated, because a run of it would be \(Int(min(requests, 1e15).rounded())) requests, more than \(Int(limit))"
    }
  }
}
