import Foundation
import JSON

/// Something that happened, for programs that listen: on Redis under its name as the channel, or at a webhook.
package struct OrchestratorEvent: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case modelSelected(requestID: String, model: String, taskType: String, selectionMilliseconds: Int)
    case modelFailed(requestID: String, model: String, errorType: String, fallbackUsed: Bool)
    /// - Parameters:
    ///   - pressure: 0…1.
    case resourcePressureHigh(pressure: Double, availableMemoryGB: Double)
    /// US dollars.
    case costThresholdExceeded(requestID: String, estimatedCost: Double, threshold: Double)
  }

  /// Of this event: whoever gets it twice can tell.
  package let id: UUID
  package let kind: Kind
  package let at: Date

  package init(_ kind: Kind, id: UUID = UUID(), at: Date) {
    self.kind = kind
    self.id = id
    self.at = at
  }

  package static let names = ["model.selected", "model.failed", "resource.pressure_high", "cost.threshold_exceeded"]

  package var name: String {
    switch kind {
    case .modelSelected: Self.names[0]
    case .modelFailed: Self.names[1]
    case .resourcePressureHigh: Self.names[2]
    case .costThresholdExceeded: Self.names[3]
    }
  }

  package var payload: JSONValue {
    switch kind {
    case .modelSelected(let request, let model, let task, let milliseconds):
      [
        "request_id": .string(request), "model_name": .string(model), "task_type": .string(task),
        "selection_time_ms": JSONValue(milliseconds),
      ]
    case .modelFailed(let request, let model, let error, let fallback):
      [
        "request_id": .string(request), "model_name": .string(model), "error_type": .string(error), "fallback_used": .bool(fallback),
      ]
    case .resourcePressureHigh(let pressure, let available):
      ["memory_pressure": .double(pressure), "available_memory_gb": .double(available), "timestamp": .string(timestamp)]
    case .costThresholdExceeded(let request, let cost, let threshold):
      ["request_id": .string(request), "estimated_cost": .double(cost), "threshold": .double(threshold)]
    }
  }

  /// What a webhook gets: Standard Webhooks' form, with the name as `type`.
  package var envelope: JSONValue { ["type": .string(name), "timestamp": .string(timestamp), "data": payload] }

  /// RFC 3339, UTC, milliseconds.
  private var timestamp: String { at.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}

/// Who takes events. Never waits: what cannot be taken now is kept or counted.
package protocol EventSink: Sendable {
  func publish(_ event: OrchestratorEvent)
}
