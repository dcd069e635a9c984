/// Everything libcurl needs to know for one transfer.
struct CurlCall: Sendable {
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
