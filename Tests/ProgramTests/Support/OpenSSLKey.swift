import Foundation
import JSON
import TestKit

/// An RSA key of openssl's.
struct OpenSSLKey {
  let path: String
  let modulus: String

  init(_ name: String, in directory: TemporaryDirectory) async throws {
    path = try directory.write("", to: name)
    _ = try await Command.run("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path]).checked()
    let printed = try await Command.run("openssl", ["rsa", "-in", path, "-noout", "-modulus"]).checked().output
    modulus = Self.base64URL(Self.bytes(printed.split(separator: "=").last ?? ""))
  }

  func jwks(kid: String) -> String {
    (["keys": [["kty": "RSA", "kid": .string(kid), "use": "sig", "n": .string(modulus), "e": "AQAB"]]] as JSONValue).text()
  }

  func token(kid: String, _ claims: JSONValue) async throws -> String {
    let header: JSONValue = ["alg": "RS256", "kid": .string(kid)]
    let input = Self.base64URL(header.bytes()) + "." + Self.base64URL(claims.bytes())
    let signed = try await Command.run("openssl", ["dgst", "-sha256", "-sign", path, "-hex"], input: input).checked().output
    return input + "." + Self.base64URL(Self.bytes(signed.split(separator: " ").last ?? ""))
  }

  private static func bytes(_ hexadecimal: Substring) -> [UInt8] {
    let digits = Array(hexadecimal.utf8.filter { $0 > 0x20 })
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
    }
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
