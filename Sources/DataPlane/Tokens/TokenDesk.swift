import NIOCore
import Scheduling
import Synchronization

/// Where event loops ask about tokens that they have not seen: one verification for all who wait for the same token, whatever their loop.
final class TokenDesk: Sendable {
  private struct Question: Hashable {
    var version: Int
    var token: [UInt8]
  }

  private struct State {
    /// The requests that wait for an answer, by token.
    var open: [Question: [(loop: LoopState, tag: Tag)]] = [:]
    var tokens: TokenCache
    var version = 0
  }

  let verifier: any TokenVerifying
  let hash: TokenHash
  private let state: Mutex<State>

  init(_ verifier: any TokenVerifying, capacity: Int) {
    self.verifier = verifier
    var generator = SystemRandomNumberGenerator()
    hash = TokenHash(using: &generator)
    state = Mutex(State(tokens: TokenCache(capacity: capacity, secret: hash)))
  }

  /// - Returns: What is known of the token; `nil` when the request named by `tag` will hear of it through `LoopState.identified`.
  func ask(_ token: [UInt8], hash: UInt64, classifier: Classifier, loop: LoopState, tag: Tag, now: MonotonicTime) -> KnownToken? {
    let question = Question(version: classifier.version, token: token)
    let (known, isFirst) = state.withLock { state -> (KnownToken?, Bool) in
      if state.version != classifier.version {
        // Loops change over one after the other: the newest classification has the table.
        guard state.version < classifier.version else { return (nil, Self.wait(&state, question, loop, tag)) }
        state.version = classifier.version
        state.tokens.removeAll()
      }
      if let known = state.tokens.find(token.span, hash: hash, now: now) { return (known, false) }
      return (nil, Self.wait(&state, question, loop, tag))
    }
    guard isFirst else { return known }
    verifier.verify(token, by: classifier.issuers) { [self] finding in
      answer(
        question,
        KnownToken(
          token, hash: hash, version: classifier.version, finding: finding, now: DataPlaneContext.now, key: classifier.key(token.span)))
    }
    return nil
  }

  /// - Returns: Whether nobody asked before.
  private static func wait(_ state: inout State, _ question: Question, _ loop: LoopState, _ tag: Tag) -> Bool {
    state.open[question, default: []].append((loop, tag))
    return state.open[question]?.count == 1
  }

  private func answer(_ question: Question, _ known: KnownToken) {
    let waiting = state.withLock { state in
      // Refused tokens stay with the loops that saw them: whoever sends many of them fills no more than that.
      if known.isVerified, state.version == question.version { state.tokens.insert(known, now: DataPlaneContext.now) }
      return state.open.removeValue(forKey: question) ?? []
    }
    var tags: [ObjectIdentifier: (loop: LoopState, tags: [Tag])] = [:]
    for (loop, tag) in waiting { tags[ObjectIdentifier(loop), default: (loop, [])].tags.append(tag) }
    for (loop, tags) in tags.values { loop.loop.execute { loop.identified(tags, known) } }
  }
}
