import Foundation

@testable import RecordStore

/// Records that are easy to tell apart.
enum RecordSamples {
  static let start = Date(timeIntervalSince1970: 1_760_000_000)

  static func request(
    _ number: Int, model: String = "llama", succeeded: Bool = true, milliseconds: Int = 100, error: String? = nil
  ) -> OrchestratorRequest {
    OrchestratorRequest(
      requestID: "request-\(number)", taskType: "completion", selectedModel: model, responseTimeMilliseconds: milliseconds,
      succeeded: succeeded, errorMessage: error, resourcePressure: 0.25, costEstimate: 0.0015,
      createdAt: start.addingTimeInterval(Double(number)))
  }

  static func resource(_ number: Int) -> SystemResource {
    SystemResource(
      memoryAvailableGB: 4.5, memoryFreeGB: 1.25, memoryTotalGB: 16, cpuUsagePercent: 12.5, swapUsedPercent: 0,
      recordedAt: start.addingTimeInterval(Double(number)))
  }
}
