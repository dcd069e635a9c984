import JSON

/// A value of CEL.
package indirect enum CELValue: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([CELValue])
  case map(CELMap)
  case timestamp(CELTimestamp)
  case duration(Duration)
  /// A type as a value: what `type(x)` gives.
  case type(String)
  /// A quantity of Kubernetes: `100m`, `1Gi`.
  case quantity(Quantity)
  case url(CELURL)
  /// `optional.of(x)`, `optional.none()`.
  case optional(CELValue?)
}

/// The key of an entry of a map: a value of one of the four types that CEL allows.
package enum CELKey: Hashable, Sendable {
  case bool(Bool)
  case int(Int64)
  case string(String)
  /// Only integers that `int` cannot hold: equal numbers are equal keys.
  case uint(UInt64)
}

/// A map of CEL; entries keep the order in which they were written.
package struct CELMap: Sendable {
  package private(set) var keys: [CELKey] = []
  private var values: [CELKey: CELValue] = [:]

  package init() {}

  package var count: Int { keys.count }

  package subscript(key: CELKey) -> CELValue? {
    get { values[key] }
    set {
      if values[key] == nil, newValue != nil { keys.append(key) }
      if newValue == nil { keys.removeAll { $0 == key } }
      values[key] = newValue
    }
  }
}

/// A moment with nanoseconds.
package struct CELTimestamp: Hashable, Sendable, Comparable {
  /// Seconds since 1970.
  package var seconds: Int64
  /// 0..<1,000,000,000.
  package var nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  package static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}
