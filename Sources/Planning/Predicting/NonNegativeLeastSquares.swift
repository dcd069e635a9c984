/// Least squares whose coefficients may not be negative, for few columns: every set of columns is tried, the smaller ones first, and
/// the one with the least error wins. The problem is convex, so this is its exact solution; 2ᵏ small systems for k columns.
struct NonNegativeLeastSquares {
  private let columns: Int
  /// AᵀA by rows, Aᵀb, bᵀb.
  private var products: [Double]
  private var moments: [Double]
  private var squares = 0.0

  init(columns: Int) {
    self.columns = columns
    products = Array(repeating: 0, count: columns * columns)
    moments = Array(repeating: 0, count: columns)
  }

  /// One equation Σ coefficient × column = value, counted `weight` times.
  mutating func add(_ row: [Double], equals value: Double, weight: Double = 1) {
    for (place, cell) in row.enumerated() {
      moments[place] += weight * cell * value
      for other in 0...place { products[place * columns + other] += weight * cell * row[other] }
    }
    squares += weight * value * value
  }

  /// A coefficient for each column; all zero when there was no equation.
  func solution() -> [Double] {
    var best = Array(repeating: 0.0, count: columns)
    var leastError = squares
    for size in stride(from: 1, through: columns, by: 1) {
      for set in 1..<(1 << columns) where set.nonzeroBitCount == size {
        let places = (0..<columns).filter { set & (1 << $0) != 0 }
        guard let values = solve(places), values.allSatisfy({ $0 >= 0 }) else { continue }
        let error = squares - zip(values, places).reduce(0) { $0 + $1.0 * moments[$1.1] }
        // A billionth is rounding: the smaller set, and the earlier columns, explain as much.
        guard error < leastError - 1e-9 * squares else { continue }
        leastError = error
        best = Array(repeating: 0, count: columns)
        for (value, place) in zip(values, places) { best[place] = value }
      }
    }
    return best
  }

  /// The least squares of these columns by Cholesky's factors, the columns scaled to length 1; `nil` where they depend on each other.
  private func solve(_ places: [Int]) -> [Double]? {
    let scales = places.map { products[$0 * columns + $0].squareRoot() }
    guard scales.allSatisfy({ $0 > 0 }) else { return nil }
    let size = places.count
    var lower = Array(repeating: 0.0, count: size * size)
    var values = Array(repeating: 0.0, count: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = products[places[row] * columns + places[column]] / (scales[row] * scales[column])
        for inner in 0..<column { sum -= lower[row * size + inner] * lower[column * size + inner] }
        if row == column {
          guard sum > 1e-9 else { return nil }
          lower[row * size + row] = sum.squareRoot()
        } else {
          lower[row * size + column] = sum / lower[column * size + column]
        }
      }
      var sum = moments[places[row]] / scales[row]
      for inner in 0..<row { sum -= lower[row * size + inner] * values[inner] }
      values[row] = sum / lower[row * size + row]
    }
    for row in (0..<size).reversed() {
      for inner in (row + 1)..<max(size, row + 1) { values[row] -= lower[inner * size + row] * values[inner] }
      values[row] /= lower[row * size + row]
    }
    return zip(values, scales).map { $0 / $1 }
  }
}
