/// Who pays for a request, or is counted for it; empty where it is not known.
package struct Payer: Sendable, Hashable {
  package var tenant: String
  package var team: String
  package var key: String

  package init(tenant: String = "", team: String = "", key: String = "") {
    self.tenant = tenant
    self.team = team
    self.key = key
  }

  package init(_ request: TaskRequest) { self.init(tenant: request.tenant, team: request.team, key: request.key) }

  func name(_ scope: AccountScope) -> String {
    switch scope {
    case .tenant: tenant
    case .team: team
    case .key: key
    }
  }
}

/// For whom a budget or a limit is.
package enum AccountScope: String, Sendable, CaseIterable {
  case tenant, team, key
}

/// One account of one budget or limit.
struct AccountKey: Hashable, Sendable {
  /// Of the budget or limit.
  var rule: Int
  var name: String
}

/// Whom a budget or limit is for: one name, or each name by itself.
package struct AccountRule: Sendable, Hashable {
  package var scope: AccountScope
  /// `*` for each name by itself.
  package var name: String

  package init(scope: AccountScope, name: String) {
    self.scope = scope
    self.name = name
  }

  func covers(_ payer: Payer) -> Bool { name == "*" || name == payer.name(scope) }
}
