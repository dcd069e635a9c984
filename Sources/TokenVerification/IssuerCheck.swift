import JSON
import NIOSSL
import Scheduling

/// Finds mistakes in an issuer's configuration before it is used.
enum IssuerCheck {
  static func problem(with issuer: TokenIssuer) -> (field: String, reason: String)? {
    keysProblem(issuer) ?? authorityProblem(issuer)
  }

  private static func keysProblem(_ issuer: TokenIssuer) -> (field: String, reason: String)? {
    switch issuer.keys {
    case .discovery:
      guard URLText.isHTTP(issuer.issuer) else {
        return ("issuer", "'\(issuer.issuer)' is no address, so its keys cannot be discovered: write jwksURL or jwks as well")
      }
      return nil
    case .url(let url):
      return URLText.isHTTP(url) ? nil : ("jwksURL", "'\(url)' is no address: write one that starts with https://")
    case .inline(let text): return setProblem(text).map { ("jwks", $0) }
    }
  }

  private static func setProblem(_ text: String) -> String? {
    let value: JSONValue
    do {
      value = try JSONParser.parse(Array(text.utf8).span, refusingDuplicates: true)
    } catch {
      return "is no JSON: \(error)"
    }
    guard let keys = value["keys"]?.array else { return "is no JWK Set: write an object with a list called keys" }
    guard !keys.isEmpty else { return "has no key: write at least one" }
    for (index, key) in keys.enumerated() {
      do {
        _ = try KeyParameters(key.object ?? [:])
      } catch {
        return "its key \(index) \(error)"
      }
    }
    return nil
  }

  private static func authorityProblem(_ issuer: TokenIssuer) -> (field: String, reason: String)? {
    switch issuer.authority {
    case nil: return nil
    case .file(let path):
      guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else {
        return ("caFile", "'\(path)' holds no certificate: write the path of a PEM file that can be read")
      }
      return nil
    case .pem(let text):
      guard let found = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)), !found.isEmpty else {
        return ("caBundle", "holds no certificate: write certificates in PEM form")
      }
      return nil
    }
  }
}
