extension CELFunction {
  /// The libraries of Kubernetes: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library
  static let kubernetes: [CELFunction] = [
    CELFunction("quantity", global: 1...1) { (a) throws(CELError) in
      let text = try a.string(0, "quantity")
      guard let quantity = Quantity(text) else {
        throw CELError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      }
      return .quantity(quantity)
    },
    CELFunction("isQuantity", global: 1...1) { (a) throws(CELError) in .bool(Quantity(try a.string(0, "isQuantity")) != nil) },
    quantity("isInteger") { .bool($0.integer != nil) },
    quantity("asInteger") { (value) throws(CELError) in
      guard let integer = value.integer else { throw CELError("cannot convert value to integer") }
      return .int(integer)
    },
    quantity("asApproximateFloat") { .double($0.double) },
    quantity("sign") { .int(Int64($0.nano.signum())) },
    arithmetic("add", +), arithmetic("sub", -),
    comparison("compareTo") { .int(Int64($0 < $1 ? -1 : $0 > $1 ? 1 : 0)) },
    comparison("isLessThan") { .bool($0 < $1) },
    comparison("isGreaterThan") { .bool($0 > $1) },
    CELFunction("url", global: 1...1) { (a) throws(CELError) in
      let text = try a.string(0, "url")
      guard let url = CELURL(text) else {
        throw CELError("URL parse error during conversion from string: parse \"\(text)\": invalid URI for request")
      }
      return .url(url)
    },
    CELFunction("isURL", global: 1...1) { (a) throws(CELError) in .bool(CELURL(try a.string(0, "isURL")) != nil) },
    part("getScheme") { $0.scheme }, part("getHost") { $0.host }, part("getHostname") { $0.hostname }, part("getPort") { $0.port },
    part("getEscapedPath") { $0.path },
    CELFunction("isIP", global: 1...1) { (a) throws(CELError) in .bool(CELAddress(try a.string(0, "isIP")) != nil) },
    CELFunction("isCIDR", global: 1...1) { (a) throws(CELError) in
      let parts = try a.string(0, "isCIDR").split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let address = CELAddress(String(parts[0])), let length = Int(parts[1]) else { return .bool(false) }
      return .bool((0...address.bits).contains(length))
    },
  ]

  static let optionals: [CELFunction] = [
    CELFunction("optional.of", global: 1...1) { (a) throws(CELError) in .optional(a[0]) },
    CELFunction("optional.none", global: 0...0) { (_) throws(CELError) in .optional(nil) },
    CELFunction("optional.ofNonZeroValue", global: 1...1) { (a) throws(CELError) in .optional(a[0].isZero ? nil : a[0]) },
    CELFunction("hasValue", method: 0...0) { (a) throws(CELError) in .bool(try optional(a[0], "hasValue") != nil) },
    CELFunction("value", method: 0...0) { (a) throws(CELError) in
      guard let value = try optional(a[0], "value") else { throw CELError("optional.none() dereference") }
      return value
    },
    CELFunction("orValue", method: 1...1) { (a) throws(CELError) in try optional(a[0], "orValue") ?? a[1] },
    CELFunction("or", method: 1...1) { (a) throws(CELError) in try optional(a[0], "or") == nil ? a[1] : a[0] },
  ]

  private static func optional(_ value: CELValue, _ name: String) throws(CELError) -> CELValue? {
    guard case .optional(let content) = value else { throw noOverload(name) }
    return content
  }

  private static func quantity(
    _ name: String, _ body: @escaping @Sendable (Quantity) throws(CELError) -> CELValue
  ) -> CELFunction {
    CELFunction(name, method: 0...0) { (a) throws(CELError) in
      guard case .quantity(let value) = a[0] else { throw noOverload(name) }
      return try body(value)
    }
  }

  private static func arithmetic(_ name: String, _ body: @escaping @Sendable (Int128, Int128) -> Int128) -> CELFunction {
    CELFunction(name, method: 1...1) { (a) throws(CELError) in
      guard case .quantity(let left) = a[0] else { throw noOverload(name) }
      switch a[1] {
      case .quantity(let right): return .quantity(Quantity(nano: body(left.nano, right.nano)))
      case .int(let right): return .quantity(Quantity(nano: body(left.nano, Int128(right) * 1_000_000_000)))
      default: throw noOverload(name)
      }
    }
  }

  private static func comparison(_ name: String, _ body: @escaping @Sendable (Quantity, Quantity) -> CELValue) -> CELFunction {
    CELFunction(name, method: 1...1) { (a) throws(CELError) in
      guard case .quantity(let left) = a[0], case .quantity(let right) = a[1] else { throw noOverload(name) }
      return body(left, right)
    }
  }

  private static func part(_ name: String, _ body: @escaping @Sendable (CELURL) -> String) -> CELFunction {
    CELFunction(name, method: 0...0) { (a) throws(CELError) in
      guard case .url(let url) = a[0] else { throw noOverload(name) }
      return .string(body(url))
    }
  }
}
