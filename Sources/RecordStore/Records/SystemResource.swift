import Foundation

/// What a host had left at one moment.
package struct SystemResource: Sendable, Hashable, Codable {
  package var id: UUID
  /// What a new program could take without swapping (`MemAvailable`), GB (10⁹ bytes).
  package var memoryAvailableGB: Double
  /// What nothing uses, GB (10⁹ bytes).
  package var memoryFreeGB: Double
  package var memoryTotalGB: Double
  /// Of all cores together, 0…100.
  package var cpuUsagePercent: Double
  /// 0…100; 0 on a host without swap.
  package var swapUsedPercent: Double
  package var recordedAt: Date

  package init(
    id: UUID = UUID(), memoryAvailableGB: Double, memoryFreeGB: Double, memoryTotalGB: Double, cpuUsagePercent: Double,
    swapUsedPercent: Double, recordedAt: Date
  ) {
    self.id = id
    self.memoryAvailableGB = memoryAvailableGB
    self.memoryFreeGB = memoryFreeGB
    self.memoryTotalGB = memoryTotalGB
    self.cpuUsagePercent = cpuUsagePercent
    self.swapUsedPercent = swapUsedPercent
    self.recordedAt = recordedAt
  }
}
