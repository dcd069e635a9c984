import PolicyFormat
import Scheduling

/// Recorded arrivals, from a CSV file with a header that says what it holds, or from an access log.
///
/// - `TIMESTAMP,ContextTokens,GeneratedTokens`: the Azure LLM inference traces (Patel et al., "Splitwise", ISCA 2024); time stamps are
///   `2023-11-16 18:15:46.6805900`.
/// - `time,tier,tenant,prompt,output`: our own. `time` is in seconds since any moment, or a time stamp; `tier` and `tenant` may be left
///   out, columns come in any order.
/// - An access log of `podium-proxy`, as it was written.
///
/// Lines that begin with # are comments. Rows are sorted by time, and the first one is at zero.
package struct TraceFile: Sendable, Equatable {
  struct Row: Sendable, Equatable {
    var tier: String
    var row: TraceRow
  }

  private(set) var rows: [Row] = []
  /// Whether the file says which tier a request is of.
  private(set) var namesTiers = false
  package var count: Int { rows.count }

  /// Rows of all traces of a scenario at most: some gigabytes of memory would be needed beyond it.
  package static let most = 10_000_000

  /// - Parameter name: of the file, for messages.
  package init(parsing bytes: [UInt8], name: String) throws(PolicyError) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: true).map { $0.last == 0x0D ? $0.dropLast() : $0 }
      .filter { $0.first != UInt8(ascii: "#") }
    guard let first = lines.first else { throw PolicyError(path: name, reason: "is empty: write a header and a row for each request") }
    guard lines.count <= Self.most else {
      throw PolicyError(path: name, reason: "has \(lines.count) rows: write \(Self.most) at most")
    }
    var times: [Double] = []
    if first.first == UInt8(ascii: "{") {
      namesTiers = true
      (times, rows) = try AccessLogReader.read(lines, name: name)
    } else {
      let columns = try Columns(header: Self.fields(first), name: name)
      namesTiers = columns.tier != nil
      for (index, line) in lines.dropFirst().enumerated() where !line.isEmpty {
        let (time, row) = try columns.row(Self.fields(line), place: "\(name): row \(index + 1)")
        times.append(time)
        rows.append(row)
      }
    }
    guard !rows.isEmpty else { throw PolicyError(path: name, reason: "has no rows") }
    let start = times.min() ?? 0
    for index in rows.indices { rows[index].row.at = Duration(inSeconds: times[index] - start) }
    // Sorted by time; of equal times in the order of the file.
    rows = rows.enumerated().sorted { ($0.element.row.at, $0.offset) < ($1.element.row.at, $1.offset) }.map(\.element)
  }

  private static func fields(_ line: ArraySlice<UInt8>) -> [String] {
    line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { Quantity.trimmed(String(decoding: $0, as: UTF8.self)) }
  }

  /// FNV-1a: the same on every platform.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  private struct Columns {
    var time: Int
    var prompt: Int
    var output: Int
    var tier: Int?
    var tenant: Int?

    init(header: [String], name: String) throws(PolicyError) {
      let words = header.map { $0.lowercased() }
      func column(_ names: String...) -> Int? { words.firstIndex { names.contains($0) } }
      guard let time = column("time", "timestamp"), let prompt = column("prompt", "contexttokens"),
        let output = column("output", "generatedtokens")
      else {
        throw PolicyError(
          path: name,
          reason:
            "has the header '\(header.joined(separator: ","))': write time,tier,tenant,prompt,output or TIMESTAMP,ContextTokens,GeneratedTokens"
        )
      }
      (self.time, self.prompt, self.output) = (time, prompt, output)
      (tier, tenant) = (column("tier"), column("tenant"))
    }

    func row(_ fields: [String], place: String) throws(PolicyError) -> (time: Double, row: Row) {
      func field(_ index: Int) throws(PolicyError) -> String {
        guard fields.indices.contains(index) else {
          throw PolicyError(path: place, reason: "has \(fields.count) columns, fewer than the header")
        }
        return fields[index]
      }
      func tokens(_ index: Int) throws(PolicyError) -> Int {
        let text = try field(index)
        guard let tokens = Int(text), (0...TokenDistribution.longest).contains(tokens) else {
          throw PolicyError(path: place, reason: "has '\(text)' tokens: write a whole number from 0 to \(TokenDistribution.longest)")
        }
        return tokens
      }
      let text = try field(time)
      guard let seconds = Quantity.number(text) ?? TimeStamp.seconds(text) else {
        throw PolicyError(path: place, reason: "has the time '\(text)': write seconds such as 12.5, or 2023-11-16 18:15:46.68")
      }
      let tier = try tier.map { (index) throws(PolicyError) in try field(index) } ?? ""
      let tenant = try tenant.map { (index) throws(PolicyError) in TraceFile.hash(try field(index)) } ?? 0
      return (
        seconds,
        Row(
          tier: tier, row: TraceRow(at: .zero, promptTokens: try tokens(prompt), outputTokens: max(1, try tokens(output)), tenant: tenant))
      )
    }
  }
}

extension TraceFile {
  /// Every row in the order of time, whatever its tier.
  package var recorded: [TraceRow] { rows.map(\.row) }
}
