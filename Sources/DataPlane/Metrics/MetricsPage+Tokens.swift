import Scheduling

extension MetricsPage {
  mutating func writeTokens(_ counted: LoopMetrics.Tokens, _ verifier: TokenStatistics) {
    page.family("qos_tokens_presented_total", .counter, "Requests with a token, by whether it had been verified before.")
    page.sample("qos_tokens_presented_total", [("namespace", namespace), ("cache", "hit")], counted.known)
    page.sample("qos_tokens_presented_total", [("namespace", namespace), ("cache", "miss")], counted.unknown)
    page.family("qos_tokens_without_tier_total", .counter, "Requests whose token names no tier of the pool: they got the default tier.")
    page.sample("qos_tokens_without_tier_total", [("namespace", namespace)], counted.withoutTier)
    page.family("qos_token_verifications_total", .counter, "Verifications of tokens by result.")
    for (result, count) in verifier.results.sorted(by: { $0.key < $1.key }) {
      page.sample("qos_token_verifications_total", [("namespace", namespace), ("result", result)], count)
    }
    issuers("qos_token_keys", .gauge, "Keys of an issuer.", verifier) { Double($0.keys) }
    issuers("qos_token_key_age_seconds", .gauge, "Since an issuer's keys were received.", verifier) { $0.age?.inSeconds }
    issuers("qos_token_key_fetches_total", .counter, "Times an issuer's keys were received.", verifier) { Double($0.fetches) }
    issuers("qos_token_key_fetch_failures_total", .counter, "Times an issuer's keys could not be fetched.", verifier) {
      Double($0.failures)
    }
  }

  private mutating func issuers(
    _ name: String, _ kind: MetricsText.Kind, _ help: String, _ verifier: TokenStatistics, _ value: (TokenStatistics.Issuer) -> Double?
  ) {
    page.family(name, kind, help)
    for issuer in verifier.issuers {
      if let value = value(issuer) { page.sample(name, [("namespace", namespace), ("issuer", issuer.name)], value) }
    }
  }
}
