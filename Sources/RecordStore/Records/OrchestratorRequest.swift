import Foundation

/// What became of one request that was given to a model.
package struct OrchestratorRequest: Sendable, Hashable, Codable {
  /// Of this record: writing it twice keeps it once.
  package var id: UUID
  /// As the caller was told.
  package var requestID: String
  package var taskType: String
  package var selectedModel: String
  package var fallbackUsed: Bool
  /// From its arrival to its last byte, milliseconds.
  package var responseTimeMilliseconds: Int
  package var succeeded: Bool
  /// Why it failed, for people; no prompt and no secret.
  package var errorMessage: String?
  /// The host's memory pressure when the model was chosen, 0…1.
  package var resourcePressure: Double
  /// US dollars, from prices and tokens.
  package var costEstimate: Double
  package var createdAt: Date

  package init(
    id: UUID = UUID(), requestID: String, taskType: String, selectedModel: String, fallbackUsed: Bool = false,
    responseTimeMilliseconds: Int, succeeded: Bool, errorMessage: String? = nil, resourcePressure: Double = 0, costEstimate: Double = 0,
    createdAt: Date
  ) {
    self.id = id
    self.requestID = requestID
    self.taskType = taskType
    self.selectedModel = selectedModel
    self.fallbackUsed = fallbackUsed
    self.responseTimeMilliseconds = responseTimeMilliseconds
    self.succeeded = succeeded
    self.errorMessage = errorMessage
    self.resourcePressure = resourcePressure
    self.costEstimate = costEstimate
    self.createdAt = createdAt
  }
}
