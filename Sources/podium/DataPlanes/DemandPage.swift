import ExternalScaler
import JSON

/// What the data planes of one operator have to do, by namespace and model: `/demand` of its health port, for the other operators.
struct DemandPage: Sendable, Equatable {
  static let path = "/demand"

  /// Drawn by chance when the process started.
  var instance: String
  var models: [String: [String: Demand]]

  init(instance: String, models: [String: [String: Demand]]) {
    self.instance = instance
    self.models = models
  }

  var json: JSONValue {
    let namespaces = models.map { name, models in
      (name, JSONValue.object(JSONObject(models.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) })))
    }
    return ["instance": .string(instance), "namespaces": .object(JSONObject(namespaces.sorted { $0.0 < $1.0 }))]
  }

  /// `nil` when it is no such page.
  init?(json: JSONValue) {
    guard let instance = json["instance"]?.string, let namespaces = json["namespaces"]?.object else { return nil }
    self.instance = instance
    models = [:]
    for namespace in namespaces {
      for model in namespace.value.object ?? [:] { models[namespace.key, default: [:]][model.key] = Self.demand(model.value) }
    }
  }

  private static func json(_ demand: Demand) -> JSONValue {
    let waiting = demand.waiting.sorted { $0.key < $1.key }.map { ($0.key, JSONValue($0.value)) }
    return ["inFlight": JSONValue(demand.inFlight), "waiting": .object(JSONObject(waiting))]
  }

  private static func demand(_ json: JSONValue) -> Demand {
    var waiting: [String: Int] = [:]
    for tier in json["waiting"]?.object ?? [:] { waiting[tier.key] = max(0, tier.value.int ?? 0) }
    return Demand(inFlight: max(0, json["inFlight"]?.int ?? 0), waiting: waiting)
  }
}
