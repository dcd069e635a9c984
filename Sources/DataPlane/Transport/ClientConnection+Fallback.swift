import NIOCore
import Scheduling

// A pool that has admitted a request and cannot serve it hands it to the next one of its chain.
extension ClientConnection {
  /// Asks the pools that are left of the chain. Nothing of an answer has gone to the client, and no server has the request any more.
  /// - Returns: Whether one has taken it, or has refused it for another reason than having no server.
  func fallBack(_ wakeups: inout Wakeups) -> Bool {
    guard let variant, let table = loop.table, let request, !asksForSession else { return false }
    let tierName = pool?.tiers[tier].name ?? ""
    while hopsTried < variant.hops.count {
      let hop = variant.hops[hopsTried]
      hopsTried += 1
      // The table may have changed since.
      guard let next = table.pools.first(where: { $0.name == hop.pool.name }), next !== pool else { continue }
      let nextTier = next.tier(named: tierName) ?? next.defaultTier
      guard let rewriter = FallbackRewriter(request, for: hop, tier: nextTier) else { return false }
      let now = DataPlaneContext.now
      record.waitingSince = now
      self.request = ByteBuffer(bytes: rewriter.bytes)
      requestID = rewriter.requestID
      pool = next
      tier = nextTier
      tag = loop.makeTag(slot: slot)
      let caller = Classifier.Caller(tier: tier, tenant: record.tenant, usedAuthorization: false)
      let admitted = next.shell.submit(
        rewriter.model.arrival(caller, next, tag), tierName: next.tiers[tier].name, generation: next.generation, now: now,
        wakeups: &wakeups)
      if case .refused(let refusal) = admitted, refusal.reason == .noBackend { continue }
      if servedBy != nil { servedBy = hop.label }
      settle(admitted, now: now)
      return true
    }
    return false
  }
}
