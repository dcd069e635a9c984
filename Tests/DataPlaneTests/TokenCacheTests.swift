import Scheduling
import Testing

@testable import DataPlane

@Suite struct `The cache of tokens` {
  private let hash: TokenHash
  private let key = StubVerifier.Key()

  init() {
    var generator = SystemRandomNumberGenerator()
    hash = TokenHash(using: &generator)
  }

  private func known(_ text: String, lifetime: Duration = .seconds(60), at now: MonotonicTime = .zero) -> KnownToken {
    let bytes = Array(text.utf8)
    let token = VerifiedToken(issuer: 0, tiers: [], tenant: "", lifetime: lifetime, key: key)
    return KnownToken(bytes, hash: hash(bytes.span), version: 1, finding: .verified(token), now: now, key: nil)
  }

  private func find(_ cache: inout TokenCache, _ text: String, at now: MonotonicTime = .zero) -> KnownToken? {
    let bytes = Array(text.utf8)
    return cache.find(bytes.span, hash: hash(bytes.span), now: now)
  }

  @Test func `finds what it holds, by all of its bytes`() {
    var cache = TokenCache(capacity: 1024, secret: hash)
    let tail = String(repeating: "s", count: 40)
    let texts = (0..<200).map { "token-\($0).\(tail)\($0 % 10)" }
    for text in texts { cache.insert(known(text), now: .zero) }
    // The hash reads the end only; what ends alike is told apart by comparing.
    let found = texts.filter { find(&cache, $0).map { String(decoding: $0.bytes, as: UTF8.self) } == $0 }
    #expect(found.count == cache.count && found.count >= 40, "a set holds four of those that end alike")
    #expect(find(&cache, "token-x.\(tail)0") == nil)
  }

  @Test func `is bounded, and what is used stays when others come once`() {
    var cache = TokenCache(capacity: 256, secret: hash)
    var generator = SystemRandomNumberGenerator()
    func text(_ number: Int) -> String { "token-\(number).\(generator.next())\(generator.next())" }
    let used = (0..<32).map(text)
    for text in used { cache.insert(known(text), now: .zero) }
    for _ in 0..<4 { for text in used { _ = find(&cache, text) } }
    let before = used.filter { find(&cache, $0) != nil }.count
    for number in 0..<10_000 {
      cache.insert(known(text(number)), now: .zero)
      if number % 50 == 0 { for text in used { _ = find(&cache, text) } }
    }
    #expect(cache.count <= 256)
    let after = used.filter { find(&cache, $0) != nil }.count
    #expect(after >= before * 9 / 10, "\(after) of \(before) are left")
  }

  @Test func `forgets what has expired, and lets it be replaced`() {
    var cache = TokenCache(capacity: 4, secret: hash)
    let second = MonotonicTime.zero.advanced(by: .seconds(1))
    for number in 0..<4 { cache.insert(known("t\(number)", lifetime: number == 0 ? .milliseconds(500) : .seconds(9)), now: .zero) }
    #expect((0..<4).allSatisfy { find(&cache, "t\($0)") != nil })
    cache.insert(known("new", at: second), now: second)
    #expect((1..<4).allSatisfy { find(&cache, "t\($0)", at: second) != nil })
    #expect(find(&cache, "t0", at: second) == nil && find(&cache, "new", at: second) != nil)
    key.withdrawn.withLock { $0 = true }
    #expect(find(&cache, "new", at: second) == nil)
  }
}
