import Foundation
import HostSampling
import Intent
import JSON
import RecordStore
import Routing

/// A sample of the host as the seed's SystemResource: GB (10⁹ bytes) and percent.
enum HostReport {
  static func json(_ resource: SystemResource) -> JSONValue {
    [
      "id": .string(resource.id.uuidString.lowercased()), "memory_available_gb": .double(resource.memoryAvailableGB),
      "memory_free_gb": .double(resource.memoryFreeGB), "memory_total_gb": .double(resource.memoryTotalGB),
      "cpu_usage_percent": .double(resource.cpuUsagePercent), "swap_used_percent": .double(resource.swapUsedPercent),
      "recorded_at": .string(timestamp(resource.recordedAt)),
    ]
  }

  static func timestamp(_ date: Date) -> String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

  static let shape = Shape.reference(
    "SystemResource",
    .object(
      [
        .init("id", .text(1...100), "Of this sample.", required: true),
        .init("memory_available_gb", Shapes.figure, "What a new program could take without swapping, GB.", required: true),
        .init("memory_free_gb", Shapes.figure, "What nothing uses, GB.", required: true),
        .init("memory_total_gb", Shapes.figure, "GB (10⁹ bytes).", required: true),
        .init("cpu_usage_percent", .number(0...100), "Of all processors together.", required: true),
        .init("swap_used_percent", .number(0...100), "0 on a host without swap.", required: true),
        .init("recorded_at", .text(1...64), "RFC 3339, UTC.", required: true),
      ], isOpen: true))
}

extension SystemResource {
  /// What was seen of this machine, in the store's units.
  package init(_ sample: HostSampler.Sample) {
    self.init(
      memoryAvailableGB: Double(sample.memory.available) / 1e9, memoryFreeGB: Double(sample.memory.host.free) / 1e9,
      memoryTotalGB: Double(sample.memory.limit) / 1e9, cpuUsagePercent: (sample.processorUse ?? 0) * 100,
      swapUsedPercent: sample.memory.host.swapUsed * 100, recordedAt: sample.at)
  }
}
