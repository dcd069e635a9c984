import Scheduling

/// The API keys of one source of a policy, by their digests.
final class KeyTable: Sendable {
  final class Owner: Sendable {
    let tier: String
    let tenant: UInt64

    init(tier: String, tenant: UInt64) {
      self.tier = tier
      self.tenant = tenant
    }
  }

  let owners: [SHA256Digest: Owner]

  init(_ keys: [String: Identity]) {
    var owners: [SHA256Digest: Owner] = [:]
    for (digest, identity) in keys {
      guard let key = SHA256Digest(hexadecimal: digest) else { continue }
      owners[key] = Owner(tier: identity.tier, tenant: identity.tenant.isEmpty ? key.short : SHA256Digest(identity.tenant).short)
    }
    self.owners = owners
  }
}
