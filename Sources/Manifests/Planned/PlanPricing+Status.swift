import JSON
import Planning

/// How a plan is paid for, as `status.plan.pricing` holds it.
extension PlanPricing {
  var statusJSON: JSONValue {
    var json: JSONValue = [:]
    for (field, value) in words { json[field] = .string(value) }
    for (field, value) in figures { json[field] = .double(value) }
    json["notes"] = JSONValue(notes)
    return json
  }

  init?(statusJSON json: JSONValue?) {
    guard let json else { return nil }
    self.init(words: { json[$0]?.string }, figures: { json[$0]?.double }, notes: json["notes"]?.strings ?? [])
  }
}
