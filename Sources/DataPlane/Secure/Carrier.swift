/// What carries a client's requests, where that is more than a plain connection: TLS, or a stream of HTTP/2.
final class Carrier: Sendable {
  /// The bytes were encrypted on their way to us.
  let isSecure: Bool
  /// One of many streams of a connection: it ends with its request, and the connection goes on.
  let isStream: Bool
  /// Names in the client's certificate, which has been verified; empty without one.
  let identities: [[UInt8]]

  init(isSecure: Bool, isStream: Bool = false, identities: [[UInt8]] = []) {
    self.isSecure = isSecure
    self.isStream = isStream
    self.identities = identities
  }

  /// The same for the streams of the connection.
  var stream: Carrier { Carrier(isSecure: isSecure, isStream: true, identities: identities) }
}
