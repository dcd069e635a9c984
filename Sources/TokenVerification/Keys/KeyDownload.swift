import AsyncHTTPClient
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Scheduling

/// Fetches an issuer's keys over HTTP. A client of its own for each fetch: keys are fetched every few minutes, over nothing that an earlier
/// fetch left behind.
struct KeyDownload {
  struct Document {
    var bytes: [UInt8]
    /// What the server says by `Cache-Control` and `Age` (RFC 9111 section 4.2); `nil` when it says nothing.
    var freshness: Duration?
  }

  let issuer: TokenIssuer
  let limits: VerificationLimits

  /// The JWK Set, after discovery when the policy does not say where it is.
  func keys() async throws(KeyProblem) -> Document {
    switch issuer.keys {
    case .inline(let text): return Document(bytes: Array(text.utf8), freshness: limits.longestFreshness)
    case .url(let url): return try await get(url)
    case .discovery: return try await get(try await discover())
    }
  }

  /// OpenID Connect Discovery 1.0, section 4.
  private func discover() async throws(KeyProblem) -> String {
    let base = issuer.issuer.hasSuffix("/") ? String(issuer.issuer.dropLast()) : issuer.issuer
    let url = base + "/.well-known/openid-configuration"
    let document = try await get(url)
    guard let json = try? JSONValue(parsing: document.bytes) else { throw KeyProblem(description: "\(url): is no JSON") }
    // Section 4.3: otherwise anybody's document could stand for this issuer.
    guard json["issuer"]?.string == issuer.issuer else {
      throw KeyProblem(description: "\(url): speaks for the issuer '\(json["issuer"]?.string ?? "")', not for '\(issuer.issuer)'")
    }
    guard let keys = json["jwks_uri"]?.string, URLText.isHTTP(keys) else { throw KeyProblem(description: "\(url): has no jwks_uri") }
    guard keys.hasPrefix("https:") || !url.hasPrefix("https:") else {
      throw KeyProblem(description: "\(url): its jwks_uri is not protected by TLS: \(keys)")
    }
    return keys
  }

  private func get(_ url: String) async throws(KeyProblem) -> Document {
    do {
      let client = HTTPClient(eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: try configuration())
      do {
        let document = try await get(url, client)
        try await client.shutdown()
        return document
      } catch {
        try? await client.shutdown()
        throw error
      }
    } catch let error as KeyProblem {
      throw error
    } catch {
      throw KeyProblem(description: "\(url): \(error)")
    }
  }

  private func get(_ url: String, _ client: HTTPClient) async throws -> Document {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
    request.headers.add(name: "user-agent", value: "podium")
    let response = try await client.execute(request, timeout: TimeAmount(limits.fetchTimeout))
    guard response.status == .ok else { throw KeyProblem(description: "\(url): answered with status \(response.status.code)") }
    let body = try await response.body.collect(upTo: limits.maximumDocument)
    return Document(bytes: Array(body.readableBytesView), freshness: Freshness.of(response.headers))
  }

  private func configuration() throws -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    switch issuer.authority {
    case nil: break
    case .file(let path): tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(path))]
    case .pem(let text): tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))]
    }
    // A redirect would lead to keys that the policy's author did not name.
    return HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow, timeout: .init(connect: TimeAmount(limits.connectTimeout)))
  }
}

/// How long an answer is fresh.
enum Freshness {
  static func of(_ headers: HTTPHeaders) -> Duration? {
    var freshness: Int64?
    for directive in headers[canonicalForm: "cache-control"] {
      let name = directive.lowercased()
      if name == "no-store" || name == "no-cache" { return .zero }
      if name.hasPrefix("max-age="), let seconds = Int64(name.dropFirst(8)) { freshness = max(0, seconds) }
    }
    guard let freshness else { return nil }
    let age = headers.first(name: "age").flatMap { Int64($0) } ?? 0
    return .seconds(min(max(0, freshness - max(0, age)), 1 << 32))
  }
}
