import CCurl
import CCurlShim
import ControllerRuntime
import Kubernetes

extension TransportError {
  /// Puts libcurl's result codes into words that say what to look at.
  init(_ failure: CurlFailure, _ request: APIRequest, _ connection: ClusterConnection) {
    let place = "\(request.method.rawValue) \(connection.server)\(request.path)"
    switch CURLcode(rawValue: failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
      self.init(.unreachable, "\(place): \(failure.reason); is the API server up, and is the address right?")
    case CURLE_OPERATION_TIMEDOUT:
      self.init(request.isWatch ? .stalled : .timeout, "\(place): \(failure.reason)")
    case CURLE_PEER_FAILED_VERIFICATION:
      self.init(
        .tls, "\(place): the server's certificate is not trusted; check certificate-authority in the kubeconfig (\(failure.reason))")
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER:
      self.init(.tls, "\(place): \(failure.reason); check the certificates in the kubeconfig")
    default:
      self.init(.interrupted, "\(place): \(failure.reason)")
    }
  }
}
