import CCurl
import CCurlShim
import ControllerRuntime
import Kubernetes

extension TransportError {
  /// Puts libcurl's result codes into words that say what to look at.
  init(_ failure: CurlFailure, _ request: APIRequest, _ connection: ClusterConnection) {
    let place = "\(request.method.rawValue) \(connection.server)\(request.path)"
    let reason = failure.reason
    switch CURLcode(rawValue: failure.code) {
    case _ where failure.isCertificateRefusal:
      self.init(.tls, "\(place): the server refused the client certificate; check client-certificate in the kubeconfig (\(reason))")
    case CURLE_SSL_CONNECT_ERROR where reason.contains("alert handshake failure"):
      self.init(.tls, "\(place): the server refused the handshake; it may want a client-certificate in the kubeconfig (\(reason))")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
      self.init(.unreachable, "\(place): \(reason); is the API server up, and is the address right?")
    case CURLE_SSL_CONNECT_ERROR where failure.isBrokenHandshake:
      self.init(.unreachable, "\(place): the connection ended during the TLS handshake (\(reason)); is the API server up?")
    case CURLE_OPERATION_TIMEDOUT:
      self.init(request.isWatch ? .stalled : .timeout, "\(place): \(reason)")
    case CURLE_PEER_FAILED_VERIFICATION:
      let field = reason.contains("subject name") ? "the server's address or tls-server-name" : "certificate-authority"
      self.init(.tls, "\(place): the server's certificate is not trusted; check \(field) in the kubeconfig (\(reason))")
    case CURLE_SSL_CACERT_BADFILE:
      self.init(.tls, "\(place): certificate-authority in the kubeconfig holds no PEM certificate (\(reason))")
    case CURLE_SSL_CERTPROBLEM:
      self.init(.tls, "\(place): client-certificate and client-key in the kubeconfig cannot be used together or are no PEM (\(reason))")
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER:
      self.init(.tls, "\(place): \(reason); does the server speak TLS at this port?")
    default:
      self.init(.interrupted, "\(place): \(reason)")
    }
  }
}

extension CurlFailure {
  /// Whether the server ended TLS with an alert about the client's certificate (RFC 8446, 6.2). With TLS 1.3 the client's side of the
  /// handshake is over by then: libcurl takes the alert for an error of reading or writing.
  fileprivate var isCertificateRefusal: Bool {
    reason.contains(" alert ") && ["certificate", "unknown ca", "access denied"].contains { reason.contains($0) }
  }

  /// Whether the connection was lost before TLS could say anything: a server that starts or ends, a load balancer without one.
  fileprivate var isBrokenHandshake: Bool {
    ["SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "reset by peer", "unexpected eof"].contains { reason.contains($0) }
  }
}
