import Foundation
import Planning

/// Makes a benchmark of one line's cells.
struct BenchmarkRowParser {
  private typealias Column = BenchmarkColumns.Column

  private let columns: BenchmarkColumns
  private let file: String
  private let sources: [String: String]
  private let rowTitle: String
  // Neighbouring rows mostly agree in these: keeping the last one shares the strings' storage.
  private var model = Repeated()
  private var accelerator = Repeated()
  private var source = Repeated()
  private var date = Repeated()
  private var engineVersion = Repeated()
  private var precision = Repeated()

  init(columns: BenchmarkColumns, file: String, sources: [String: String], rowTitle: String = "line") {
    self.columns = columns
    self.file = file
    self.sources = sources
    self.rowTitle = rowTitle
  }

  mutating func row(_ cells: [ArraySlice<UInt8>], line: Int) throws(ImportError) -> Benchmark {
    guard cells.count == columns.count else {
      throw ImportError(file: file, line: line, reason: "\(cells.count) cells where the first line names \(columns.count) columns")
    }
    let place = Line(cells: cells, line: line, columns: columns, file: file)
    var benchmark = Benchmark(
      kind: try kind(place), model: model.text(try place.text(.model)), accelerator: accelerator.text(try place.text(.accelerator)),
      gpus: try place.count(.gpus, limit: 1024),
      profile: TrafficProfile(
        promptTokens: try place.count(.promptTokens, limit: 10_000_000), outputTokens: try place.count(.outputTokens, limit: 10_000_000)),
      concurrency: try place.optionalCount(.concurrency, limit: 10_000_000),
      requestsPerSecond: try place.number(.requestsPerSecond, limit: 1e9),
      ttft: .init(mean: try place.number(.ttftMean), p95: try place.number(.ttftP95)),
      itl: .init(mean: try place.number(.itlMean), p95: try place.number(.itlP95)),
      e2e: .init(mean: try place.number(.e2eMean), p95: try place.number(.e2eP95)), source: source(place))
    if benchmark.requestsPerSecond == nil, benchmark.concurrency == nil {
      throw ImportError(file: file, line: line, reason: "neither requests_per_second nor concurrency is given")
    }
    if let cell = try place.day(.date) { benchmark.date = date.text(cell) }
    if let cell = place[.engineVersion], !cell.isEmpty { benchmark.engineVersion = engineVersion.text(cell) }
    if let cell = place[.precision], !cell.isEmpty { benchmark.precision = precision.text(cell) }
    return benchmark
  }

  private func kind(_ line: Line) throws(ImportError) -> Benchmark.Kind {
    guard let cell = line[.kind], !cell.isEmpty else { return .measured }
    let text = String(decoding: cell, as: UTF8.self)
    guard let kind = Benchmark.Kind(rawValue: text) else {
      throw line.error(.kind, "\"\(text)\" is no kind; write measured, simulated, estimated or learned")
    }
    return kind
  }

  private mutating func source(_ line: Line) -> String {
    guard let cell = line[.source], !cell.isEmpty else { return "\(file), \(rowTitle) \(line.line)" }
    let sources = sources
    return source.text(cell) { sources[$0] ?? $0 }
  }
}

extension BenchmarkRowParser {
  /// A text column whose last value is kept.
  struct Repeated {
    private var bytes: [UInt8] = []
    private var last = ""

    mutating func text(_ cell: ArraySlice<UInt8>, _ translate: (String) -> String = { $0 }) -> String {
      if !isLast(cell) {
        bytes = Array(cell)
        last = translate(String(decoding: cell, as: UTF8.self))
      }
      return last
    }

    private func isLast(_ cell: ArraySlice<UInt8>) -> Bool {
      guard cell.count == bytes.count else { return false }
      return cell.withUnsafeBytes { left in
        bytes.withUnsafeBytes { right in
          guard let left = left.baseAddress, let right = right.baseAddress else { return true }
          return memcmp(left, right, bytes.count) == 0
        }
      }
    }
  }

  /// One line's cells by column, with the checks that every number has to pass.
  struct Line {
    let cells: [ArraySlice<UInt8>]
    let line: Int
    let columns: BenchmarkColumns
    let file: String

    subscript(column: BenchmarkColumns.Column) -> ArraySlice<UInt8>? { columns[column].map { cells[$0] } }

    func error(_ column: BenchmarkColumns.Column, _ reason: String) -> ImportError {
      ImportError(file: file, line: line, column: (columns[column] ?? -1) + 1, reason: "\(column.rawValue): \(reason)")
    }

    func text(_ column: BenchmarkColumns.Column) throws(ImportError) -> ArraySlice<UInt8> {
      guard let cell = self[column], !cell.isEmpty else { throw error(column, "is empty") }
      return cell
    }

    /// A day as `2026-04-17`.
    func day(_ column: BenchmarkColumns.Column) throws(ImportError) -> ArraySlice<UInt8>? {
      guard let cell = self[column], !cell.isEmpty else { return nil }
      guard CalendarDay(cell) != nil else {
        throw error(column, "\"\(String(decoding: cell, as: UTF8.self))\" is no day; write it as 2026-04-17")
      }
      return cell
    }

    func count(_ column: BenchmarkColumns.Column, limit: Int) throws(ImportError) -> Int {
      guard let value = try optionalCount(column, limit: limit) else { throw error(column, "is empty") }
      return value
    }

    func optionalCount(_ column: BenchmarkColumns.Column, limit: Int) throws(ImportError) -> Int? {
      guard let cell = self[column], !cell.isEmpty else { return nil }
      guard let value = DecimalNumber.integer(cell), (1...limit).contains(value) else {
        throw error(column, "\"\(String(decoding: cell, as: UTF8.self))\" is not a whole number from 1 to \(limit)")
      }
      return value
    }

    /// A day in milliseconds is more than any latency that was meant.
    func number(_ column: BenchmarkColumns.Column, limit: Double = 86_400_000) throws(ImportError) -> Double? {
      guard let cell = self[column], !cell.isEmpty else { return nil }
      guard let value = DecimalNumber.double(cell), value > 0, value <= limit else {
        throw error(column, "\"\(String(decoding: cell, as: UTF8.self))\" is not a number above 0 and up to \(limit)")
      }
      return value
    }
  }
}
