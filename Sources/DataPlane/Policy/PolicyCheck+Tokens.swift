import Scheduling

extension PolicyCheck {
  /// - Parameters:
  ///   - path: Of the source of classification.
  ///   - tiers: The names that exist; empty when there is no pool.
  static func check(_ issuer: TokenIssuer, _ path: String, tiers: Set<String>) throws(PolicyError) {
    let path = "\(path).jwt"
    guard !issuer.issuer.isEmpty else { throw PolicyError(path: "\(path).issuer", reason: "is empty: write what the claim iss must be") }
    guard !issuer.algorithms.isEmpty else {
      let names = TokenIssuer.Algorithm.allCases.map(\.rawValue).joined(separator: ", ")
      throw PolicyError(path: "\(path).algorithms", reason: "is empty: write at least one of \(names), or leave it out")
    }
    for (field, claim) in [("claim", issuer.tierClaim), ("tenantClaim", issuer.tenantClaim)] where claim.isEmpty {
      throw PolicyError(path: "\(path).\(field)", reason: "is empty: write the name of a claim, or leave it out")
    }
    guard (.zero ... .seconds(3600)).contains(issuer.leeway) else {
      throw PolicyError(path: "\(path).leewaySeconds", reason: "is \(issuer.leeway.components.seconds): write 0 to 3600")
    }
    for (value, tier) in issuer.tiers ?? [:] where !tiers.isEmpty && !tiers.contains(tier) {
      throw PolicyError(
        path: "\(path).tiers.\(value)", reason: "'\(tier)' is no tier: write one of \(tiers.sorted().joined(separator: ", "))")
    }
  }

  /// What only the verifier can tell.
  static func check(_ policy: TrafficPolicy, _ verifier: (any TokenVerifying)?) throws(PolicyError) {
    for (index, source) in policy.classification.sources.enumerated() {
      guard case .jwt(let issuer) = source else { continue }
      let path = "classification.sources[\(index)].jwt"
      guard let verifier else { throw PolicyError(path: path, reason: "this data plane was started without a verifier of tokens") }
      if let problem = verifier.problem(with: issuer) { throw PolicyError(path: "\(path).\(problem.field)", reason: problem.reason) }
    }
  }
}
