import JSON
import Scheduling

/// A token taken apart: nothing of it may be believed yet. A pure function of its bytes, which come from anybody.
package struct UnverifiedToken: Sendable {
  /// A larger one is refused before anything is decoded; servers commonly bound a header line to as much.
  package static let maximumBytes = 8192

  package let algorithm: TokenIssuer.Algorithm
  package let keyID: String?
  package let claims: JSONObject
  package let signature: [UInt8]
  /// What the signature is over: header and payload as they were sent.
  let signedBytes: Int

  /// Reads the compact serialisation of a JWS (RFC 7515 section 7.1). Of the header only `alg`, `kid` and `crit` are read: `jwk`, `jku`,
  /// `x5c` and `x5u` would let the token name the key that judges it.
  package init(_ token: Span<UInt8>) throws(TokenFault) {
    guard token.count <= Self.maximumBytes else { throw .tooLarge }
    let dots = Self.dots(token)
    if dots.count == 4 { throw .encrypted }
    guard dots.count == 2 else { throw .malformed }
    let header = try Self.object(token.extracting(0..<dots[0]))
    // The header first: an algorithm that is not allowed makes the rest uninteresting, and `none` has no signature.
    guard let name = header["alg"]?.string else { throw .malformed }
    guard let algorithm = TokenIssuer.Algorithm(rawValue: name) else { throw .algorithm }
    guard header["crit"] == nil else { throw .extensions }
    // Encrypted content or an unencoded payload would need one of these to be understood.
    guard header["enc"] == nil else { throw .encrypted }
    guard header["b64"] == nil, header["zip"] == nil else { throw .extensions }
    if let keyID = header["kid"], keyID.string == nil { throw .malformed }
    self.algorithm = algorithm
    keyID = header["kid"]?.string
    claims = try Self.object(token.extracting(dots[0] + 1..<dots[1]))
    guard let signature = Base64URL.decode(token.extracting(dots[1] + 1..<token.count)), !signature.isEmpty else { throw .malformed }
    self.signature = signature
    signedBytes = dots[1]
  }

  /// Where the dots are; looking ends at the fifth.
  private static func dots(_ token: Span<UInt8>) -> [Int] {
    var dots: [Int] = []
    for index in token.indices where token[index] == UInt8(ascii: ".") {
      dots.append(index)
      if dots.count > 4 { break }
    }
    return dots
  }

  private static func object(_ part: Span<UInt8>) throws(TokenFault) -> JSONObject {
    guard let bytes = Base64URL.decode(part), let value = try? JSONParser.parse(bytes.span, refusingDuplicates: true),
      let object = value.object
    else { throw .malformed }
    return object
  }
}
