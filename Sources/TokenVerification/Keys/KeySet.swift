import JSON
import Scheduling

/// The keys that an issuer lists now.
struct KeySet: Sendable {
  /// More are not looked at: issuers have a handful.
  static let maximumKeys = 256
  /// A token that does not name its key is tried with so many.
  static let maximumTries = 8

  let keys: [TrustedKey]
  /// Keys of the set that cannot be used, each a sentence.
  let problems: [String]

  /// Reads a JWK Set (RFC 7517 section 5). A key that cannot be used is left out.
  /// - Parameter earlier: Keys that are in both sets stay the same objects, and those that are not are withdrawn.
  init(_ text: [UInt8], replacing earlier: KeySet? = nil) async throws(KeyProblem) {
    guard let value = try? JSONParser.parse(text.span, refusingDuplicates: true) else { throw KeyProblem(description: "is no JSON") }
    guard let list = value["keys"]?.array else { throw KeyProblem(description: "is no JWK Set: it has no list `keys`") }
    guard list.count <= Self.maximumKeys else { throw KeyProblem(description: "has more than \(Self.maximumKeys) keys") }
    let known = Dictionary((earlier?.keys ?? []).map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    var keys: [TrustedKey] = []
    var problems: [String] = []
    for (index, json) in list.enumerated() {
      do {
        let key = try await TrustedKey(json.object ?? [:])
        keys.append(known[key.fingerprint] ?? key)
      } catch {
        problems.append("key \(index) \(error)")
      }
    }
    guard !keys.isEmpty else {
      throw KeyProblem(description: "has no key that can be used" + (problems.first.map { ": \($0)" } ?? ""))
    }
    self.keys = keys
    self.problems = problems
    let kept = Set(keys.map(\.fingerprint))
    for key in earlier?.keys ?? [] where !kept.contains(key.fingerprint) { key.withdraw() }
  }

  /// The keys that may have signed the token: those of its `kid`, or, when it names none, all that its algorithm could use.
  func candidates(for token: UnverifiedToken) -> [TrustedKey] {
    let able = keys.filter { $0.serves(token.algorithm) && (token.keyID == nil || $0.id == token.keyID) }
    return Array(able.prefix(Self.maximumTries))
  }
}
