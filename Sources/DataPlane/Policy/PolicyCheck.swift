import NIOCore
import PolicyFormat
import Scheduling

/// Refuses a policy that could not be enforced, before anything of it is applied.
package enum PolicyCheck {
  package static func check(_ policy: TrafficPolicy) throws(PolicyError) {
    var pools = Set<String>()
    var models: [String: String] = [:]
    for (index, pool) in policy.pools.enumerated() {
      let path = "pools[\(index)]"
      guard !pool.name.isEmpty else { throw PolicyError(path: "\(path).name", reason: "is empty: give every pool a name") }
      guard pools.insert(pool.name).inserted else {
        throw PolicyError(path: "\(path).name", reason: "'\(pool.name)' is used by another pool: pool names must be distinct")
      }
      guard !pool.models.isEmpty else {
        throw PolicyError(path: "\(path).models", reason: "is empty: list the model names that requests use for this pool")
      }
      for model in pool.models {
        if let other = models.updateValue(pool.name, forKey: model) {
          throw PolicyError(
            path: "\(path).models", reason: "'\(model)' is already served by '\(other)': a model name must lead to one pool")
        }
      }
      guard !pool.servedModel.isEmpty else {
        throw PolicyError(path: "\(path).servedModel", reason: "is empty: name the model as the model servers know it")
      }
      try pool.scheduling.check(path: "\(path).scheduling")
      try check(pool.backends, "\(path).backends")
    }
    for (index, pool) in policy.pools.enumerated() {
      for (number, fallback) in pool.fallbacks.enumerated() where fallback == pool.name || !pools.contains(fallback) {
        throw PolicyError(path: "pools[\(index)].fallbacks[\(number)]", reason: "'\(fallback)' is not another pool of this policy")
      }
    }
    try check(policy.models, defaultPool: policy.defaultPool, pools: pools)
    try check(policy.classification, tiers: Set(policy.pools.flatMap { $0.scheduling.tiers.map(\.name) }))
  }

  private static func check(_ backends: [Backend], _ path: String) throws(PolicyError) {
    var names = Set<String>()
    for (index, backend) in backends.enumerated() {
      let path = "\(path)[\(index)]"
      guard (1...65535).contains(backend.port) else {
        throw PolicyError(path: "\(path).port", reason: "is \(backend.port): write a port from 1 to 65535")
      }
      guard (try? SocketAddress(ipAddress: backend.host, port: backend.port)) != nil else {
        throw PolicyError(path: "\(path).host", reason: "'\(backend.host)' is not an IP address: names are not resolved here")
      }
      guard names.insert(backend.id).inserted else {
        throw PolicyError(path: "\(path).id", reason: "'\(backend.id)' is given twice: backends must be distinct")
      }
    }
  }

  private static func check(_ classification: Classification, tiers: Set<String>) throws(PolicyError) {
    for (index, source) in classification.sources.enumerated() {
      let path = "classification.sources[\(index)]"
      switch source {
      case .jwt(let issuer): try check(issuer, path, tiers: tiers)
      case .trustedHeader(let name, let from):
        if let from { try check(identities: from, "\(path).trustedHeader.from") }
        guard !name.isEmpty, name.utf8.allSatisfy(ByteClass.isToken), name == name.lowercased() else {
          throw PolicyError(path: "\(path).trustedHeader", reason: "'\(name)' is not a header name in lower case")
        }
      case .apiKeys(let keys):
        for (digest, identity) in keys {
          guard SHA256Digest(hexadecimal: digest) != nil else {
            throw PolicyError(
              path: "\(path).apiKeys",
              reason: "'\(digest)' is not a SHA-256 digest: write 64 hexadecimal digits (printf %s KEY | sha256sum)")
          }
          guard tiers.isEmpty || tiers.contains(identity.tier) else {
            throw PolicyError(
              path: "\(path).apiKeys",
              reason: "tier '\(identity.tier)' does not exist: write one of \(tiers.sorted().joined(separator: ", "))")
          }
        }
      }
    }
  }

  private static func check(identities: [String], _ path: String) throws(PolicyError) {
    guard !identities.isEmpty else {
      throw PolicyError(path: path, reason: "is empty: list the identities whose connections may set the header")
    }
    for (index, identity) in identities.enumerated() where identity.isEmpty || identity.dropLast().contains("*") {
      throw PolicyError(
        path: "\(path)[\(index)]", reason: "is '\(identity)': write a URI, DNS name or common name of a certificate; a * only at its end")
    }
  }
}
