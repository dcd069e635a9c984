extension CELFunction {
  static let lists: [CELFunction] = [
    CELFunction("sum", method: 0...0) { (a) throws(CELError) in
      let elements = try a.list(0, "sum")
      guard var total = elements.first else { return .int(0) }
      for element in elements.dropFirst() { total = try CELArithmetic.perform(.add, total, element) }
      return total
    },
    CELFunction("min", method: 0...0) { (a) throws(CELError) in try extreme(try a.list(0, "min"), "min") { $0 < 0 } },
    CELFunction("max", method: 0...0) { (a) throws(CELError) in try extreme(try a.list(0, "max"), "max") { $0 > 0 } },
    CELFunction("math.greatest", global: 1...8) { (a) throws(CELError) in
      try extreme(a.count == 1 ? (try? a.list(0, "")) ?? a : a, "math.greatest") { $0 > 0 }
    },
    CELFunction("math.least", global: 1...8) { (a) throws(CELError) in
      try extreme(a.count == 1 ? (try? a.list(0, "")) ?? a : a, "math.least") { $0 < 0 }
    },
    CELFunction("isSorted", method: 0...0) { (a) throws(CELError) in
      let elements = try a.list(0, "isSorted")
      for (left, right) in zip(elements, elements.dropFirst()) where try CELArithmetic.compare(left, right) > 0 { return .bool(false) }
      return .bool(true)
    },
    CELFunction("indexOf", method: 1...2) { (a) throws(CELError) in try indexOf(a) },
    CELFunction("lastIndexOf", method: 1...2) { (a) throws(CELError) in try lastIndexOf(a) },
    CELFunction("flatten", method: 0...0) { (a) throws(CELError) in
      .list(try a.list(0, "flatten").flatMap { if case .list(let inner) = $0 { inner } else { [$0] } })
    },
    CELFunction("distinct", method: 0...0) { (a) throws(CELError) in
      var result: [CELValue] = []
      for element in try a.list(0, "distinct") where !result.contains(element) { result.append(element) }
      return .list(result)
    },
    CELFunction("sets.contains", global: 2...2) { (a) throws(CELError) in
      let set = try a.list(0, "sets.contains")
      return .bool(try a.list(1, "sets.contains").allSatisfy(set.contains))
    },
    CELFunction("sets.intersects", global: 2...2) { (a) throws(CELError) in
      let set = try a.list(0, "sets.intersects")
      return .bool(try a.list(1, "sets.intersects").contains(where: set.contains))
    },
    CELFunction("sets.equivalent", global: 2...2) { (a) throws(CELError) in
      let left = try a.list(0, "sets.equivalent")
      let right = try a.list(1, "sets.equivalent")
      return .bool(left.allSatisfy(right.contains) && right.allSatisfy(left.contains))
    },
  ]

  private static func extreme(_ elements: [CELValue], _ name: String, _ isBetter: (Int) -> Bool) throws(CELError) -> CELValue {
    guard var best = elements.first else { throw CELError("\(name) called on empty list") }
    for element in elements.dropFirst() where isBetter(try CELArithmetic.compare(element, best)) { best = element }
    return best
  }

  private static func indexOf(_ a: [CELValue]) throws(CELError) -> CELValue {
    if case .list(let elements) = a[0] { return .int(Int64(elements.firstIndex(of: a[1]) ?? -1)) }
    let text = Array(try a.string(0, "indexOf").unicodeScalars)
    let start = a.count > 2 ? try a.int(2, "indexOf") : 0
    guard (0...text.count).contains(start) else { throw CELError("index out of range: \(start)") }
    return .int(Int64(find(Array(try a.string(1, "indexOf").unicodeScalars), in: text, from: start) ?? -1))
  }

  private static func lastIndexOf(_ a: [CELValue]) throws(CELError) -> CELValue {
    if case .list(let elements) = a[0] { return .int(Int64(elements.lastIndex(of: a[1]) ?? -1)) }
    let text = Array(try a.string(0, "lastIndexOf").unicodeScalars)
    let needle = Array(try a.string(1, "lastIndexOf").unicodeScalars)
    var start = text.count - needle.count
    if a.count > 2 {
      let last = try a.int(2, "lastIndexOf")
      guard (0...text.count).contains(last) else { throw CELError("index out of range: \(last)") }
      start = min(start, last)
    }
    while start >= 0 {
      if text[start...].starts(with: needle) { return .int(Int64(start)) }
      start -= 1
    }
    return .int(-1)
  }
}
