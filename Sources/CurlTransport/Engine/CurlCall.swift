/// Everything libcurl needs to know for one transfer.
struct CurlCall: Sendable {
  static let authorizationName = "Authorization: "

  var method: String
  var url: String
  /// `Name: value` lines.
  var headers: [String]
  var body: [UInt8]?
  var tls: TLSMaterial
  /// For servers that are reached under another name than their certificate's: `name:port:host:port`.
  var connectTo: String?
  /// A proxy's URL; `nil` leaves it to the environment, empty means none.
  var proxy: String?
  /// For the whole transfer; `nil` for watches.
  var deadline: Duration?
  /// How long a watch may be without a byte before it counts as dead (libcurl notices some seconds later).
  var silence: Duration?
  /// Bytes that may wait for a slow reader before the transfer is paused.
  var highWater = 1 << 20
  /// Asks the server to compress: worth it for lists, while a compressed watch would hold events back.
  var acceptsGzip = false

  /// The credentials that the server sees in the header, such as `Bearer TOKEN`.
  var authorization: String? {
    headers.first { $0.hasPrefix(Self.authorizationName) }.map { String($0.dropFirst(Self.authorizationName.count)) }
  }
}

/// Certificates in PEM, by value: a changed certificate is another connection.
struct TLSMaterial: Sendable, Equatable {
  var authority: [UInt8]?
  var certificate: [UInt8]?
  var key: [UInt8]?
  var skipsVerification = false
}

/// Why libcurl gave up.
struct CurlFailure: Error, Sendable {
  let code: UInt32
  let reason: String
}
