import Foundation
import PostgresClient

extension PostgresRecordStore {
  static func seconds(_ date: Date) -> String { "\(date.timeIntervalSince1970)" }

  static func columns(_ requests: [OrchestratorRequest]) -> [String] {
    [
      array(requests) { $0.id.uuidString }, array(requests) { $0.requestID }, array(requests) { $0.taskType },
      array(requests) { $0.selectedModel }, array(requests) { "\($0.fallbackUsed)" },
      array(requests) { "\(Int32(clamping: $0.responseTimeMilliseconds))" }, array(requests) { "\($0.succeeded)" },
      array(requests) { $0.errorMessage }, array(requests) { "\($0.resourcePressure)" }, array(requests) { "\($0.costEstimate)" },
      array(requests) { seconds($0.createdAt) },
    ]
  }

  static func columns(_ resources: [SystemResource]) -> [String] {
    [
      array(resources) { $0.id.uuidString }, array(resources) { "\($0.memoryAvailableGB)" }, array(resources) { "\($0.memoryFreeGB)" },
      array(resources) { "\($0.memoryTotalGB)" }, array(resources) { "\($0.cpuUsagePercent)" },
      array(resources) { "\($0.swapUsedPercent)" }, array(resources) { seconds($0.recordedAt) },
    ]
  }

  static func columns(_ states: [ModelState]) -> [String] {
    [
      array(states) { $0.modelName }, array(states) { "\($0.currentLoad)" }, array(states) { "\($0.memoryUsageMB)" },
      array(states) { seconds($0.at) },
    ]
  }

  /// An array literal of PostgreSQL: elements in quotes, quotes and backslashes escaped; the character NUL, which it cannot hold, left out.
  static func array<Element>(_ elements: [Element], _ text: (Element) -> String?) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let text = text(element) else {
        bytes.append(contentsOf: "NULL".utf8)
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      for byte in text.utf8 where byte != 0 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Reads one row of what PostgreSQL gave back.
struct RowReader {
  private let rows: PostgresRows
  private let row: Int

  init(_ rows: PostgresRows, _ row: Int) {
    self.rows = rows
    self.row = row
  }

  func request() throws(RecordStoreError) -> OrchestratorRequest {
    OrchestratorRequest(
      id: try id(0), requestID: try text(1), taskType: try text(2), selectedModel: try text(3), fallbackUsed: try text(4) == "t",
      responseTimeMilliseconds: try integer(5), succeeded: try text(6) == "t", errorMessage: rows[row, 7], resourcePressure: try number(8),
      costEstimate: try number(9), createdAt: try date(10))
  }

  func resource() throws(RecordStoreError) -> SystemResource {
    SystemResource(
      id: try id(0), memoryAvailableGB: try number(1), memoryFreeGB: try number(2), memoryTotalGB: try number(3),
      cpuUsagePercent: try number(4), swapUsedPercent: try number(5), recordedAt: try date(6))
  }

  func metric() throws(RecordStoreError) -> ModelMetric {
    ModelMetric(
      id: try id(0), modelName: try text(1), requestCount: try integer(2), successCount: try integer(3), errorCount: try integer(4),
      averageResponseTimeMilliseconds: try number(5), currentLoad: try number(6), memoryUsageMB: try number(7),
      lastUsed: rows[row, 8] == nil ? nil : try date(8), createdAt: try date(9), updatedAt: try date(10))
  }

  private func text(_ column: Int) throws(RecordStoreError) -> String {
    guard let text = rows[row, column] else { throw .refused("column \(column) of a record is NULL") }
    return text
  }

  private func integer(_ column: Int) throws(RecordStoreError) -> Int { try value(column) { Int($0) } }
  private func number(_ column: Int) throws(RecordStoreError) -> Double { try value(column) { Double($0) } }
  private func id(_ column: Int) throws(RecordStoreError) -> UUID { try value(column) { UUID(uuidString: $0) } }
  private func date(_ column: Int) throws(RecordStoreError) -> Date { Date(timeIntervalSince1970: try number(column)) }

  private func value<Value>(_ column: Int, _ read: (String) -> Value?) throws(RecordStoreError) -> Value {
    let text = try text(column)
    guard let value = read(text) else { throw .refused("column \(column) of a record holds \"\(text.prefix(64))\"") }
    return value
  }
}
