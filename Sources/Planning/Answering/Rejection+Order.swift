extension [Rejection] {
  /// The nearest to being possible first; what no number tells, last.
  package var nearestFirst: [Rejection] {
    sorted { left, right in
      let leftKey = (left.ratio ?? .infinity, left.reason.rawValue, left.model, left.accelerator)
      let rightKey = (right.ratio ?? .infinity, right.reason.rawValue, right.model, right.accelerator)
      return leftKey == rightKey ? left.gpus < right.gpus : leftKey < rightKey
    }
  }
}
