import JSON

/// What other programs tell us.
package enum ConsumedEvent: Sendable, Hashable {
  /// The host's memory as somebody else measures it. Pressure 0…1; GB (10⁹ bytes).
  case resourceUpdated(memoryPressure: Double, availableMemoryGB: Double?)
  case modelHealthChanged(model: String, isHealthy: Bool)

  package static let names = ["system.resource_updated", "model.health_changed"]

  /// `nil` for another channel; throws what is wrong with the message.
  package init?(channel: String, message: [UInt8]) throws(ConsumedEventProblem) {
    guard Self.names.contains(channel) else { return nil }
    guard message.count <= Self.maximumSize else { throw ConsumedEventProblem("more than \(Self.maximumSize) bytes") }
    let json: JSONValue
    do {
      json = try JSONParser.parse(message.span, refusingDuplicates: true)
    } catch {
      throw ConsumedEventProblem("it is no JSON: line \(error.line), column \(error.column): \(error.reason)")
    }
    if channel == Self.names[0] {
      guard let pressure = json["memory_pressure"]?.double, (0...1).contains(pressure) else {
        throw ConsumedEventProblem("memory_pressure must be a number from 0 to 1")
      }
      let available = json["available_memory_gb"]
      guard available == nil || available?.double.map({ $0 >= 0 && $0.isFinite }) == true else {
        throw ConsumedEventProblem("available_memory_gb must be a number of at least 0")
      }
      self = .resourceUpdated(memoryPressure: pressure, availableMemoryGB: available?.double)
    } else {
      guard let model = json["model_name"]?.string, (1...256).contains(model.utf8.count) else {
        throw ConsumedEventProblem("model_name must be a text of 1 to 256 bytes")
      }
      switch json["health"]?.string ?? json["status"]?.string {
      case "healthy": self = .modelHealthChanged(model: model, isHealthy: true)
      case "unhealthy", "degraded": self = .modelHealthChanged(model: model, isHealthy: false)
      default: throw ConsumedEventProblem("status must be healthy, degraded or unhealthy")
      }
    }
  }

  static let maximumSize = 64 * 1024
}

/// Why a message is not understood.
package struct ConsumedEventProblem: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
