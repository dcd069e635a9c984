// sources: Sources/TokenVerification/Tokens
// modules: JSON Scheduling
// A bearer token: what is decoded of it, and how its claims are read, before anything of it is believed.
import JSON
import Scheduling

func fuzz(_ bytes: [UInt8]) {
  do {
    let token = try UnverifiedToken(bytes.span)
    require(bytes.count <= UnverifiedToken.maximumBytes && !token.signature.isEmpty, "it is bounded and signed")
    require(bytes.filter { $0 == UInt8(ascii: ".") }.count == 2, "it has three parts")
    require(
      bytes[token.signedBytes] == UInt8(ascii: ".") && !bytes[(token.signedBytes + 1)...].contains(UInt8(ascii: ".")), "what is signed")
    require(bytes.allSatisfy { $0 > 0x2C && $0 < 0x7F && $0 != UInt8(ascii: "=") }, "Base64url without padding")
    let issuer = TokenIssuer(issuer: token.claims["iss"]?.string ?? "", audiences: ["podium"], tierClaim: "a.b", tenantClaim: "scope")
    let check = ClaimCheck(issuer: issuer, now: 1_800_000_000)
    _ = check.tiers(token.claims)
    _ = check.tenant(token.claims)
    do {
      let lifetime = try check.check(token.claims)
      require(lifetime > .zero && lifetime <= .seconds(31_536_000), "it lives, and not for ever")
      require((token.claims["exp"]?.double ?? 0) > 1_799_999_900, "it has not expired")
    } catch {}
  } catch {
    require(error != .signature && error != .key, "\(error) is found later")
  }
}
