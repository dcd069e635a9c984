/// A request got no answer, or not the whole of one.
package struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    /// The server could not be reached: name, network, refused connection.
    case unreachable
    /// Certificates or protocol: trying again will not help.
    case tls
    case timeout
    /// The connection ended in the middle.
    case interrupted
    /// A watch was silent for longer than it may be.
    case stalled
    /// No credentials could be had: a file, an exec plugin.
    case credentials
    case shutdown
  }

  package var kind: Kind
  /// A sentence with the address and the cause.
  package var message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// Whether the same request may succeed if it is sent again.
  package var isTransient: Bool {
    switch kind {
    case .unreachable, .timeout, .interrupted, .stalled: true
    case .tls, .credentials, .shutdown: false
    }
  }

  package var description: String { message }
}
