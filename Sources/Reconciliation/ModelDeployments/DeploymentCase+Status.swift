import JSON
import Kubernetes
import Manifests
import Planning

extension DeploymentCase {
  /// Everything of the status but its conditions.
  var status: JSONValue {
    var status: JSONValue = [
      "observedGeneration": JSONValue(object.generation), "replicas": JSONValue(figures?.backends ?? 0),
      "selector": .string(
        platform.podLabels(object.name).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
    ]
    if let endpoint = observed.settings.endpoint(in: object.namespace ?? "default") { status["endpoint"] = .string(endpoint) }
    if let plan { status["plan"] = plan.statusJSON }
    status["alternatives"] = planning.alternatives
    status["rejected"] = planning.rejected
    status["observed"] = service.json
    if let revisions { status["revisions"] = revisions }
    status["rollout"] = rollout.state?.json
    return status
  }

  /// The newest first; ten are kept.
  private var revisions: JSONValue? {
    let known = object[["status", "revisions"]]?.array ?? []
    guard planning.isNew, let plan else { return known.isEmpty ? nil : .array(known) }
    let name = "\(object.generation)-\(plan.inputsDigest.prefix(8))"
    let revision: JSONValue = [
      "name": .string(name), "generation": JSONValue(object.generation), "model": .string(plan.model),
      "configuration": .string(plan.configuration), "inputsDigest": .string(plan.inputsDigest), "createdAt": .string(observed.now),
      "plan": plan.statusJSON,
    ]
    return .array(([revision] + known.filter { $0["name"]?.string != name }).prefix(10).map { $0 })
  }

  /// Another plan under a condition that stays True, and writes after the first ones, are told too.
  var planEvents: [Action] {
    let before = object.conditions
    func isUnchanged(_ type: String, _ reason: String) -> Bool {
      before.contains { $0.type == type && $0.status == .yes && $0.reason == reason }
    }
    var notes: [EventNote] = []
    if planning.isNew, isUnchanged("Planned", "Planned"), let condition = conditions.first(where: { $0.type == "Planned" }) {
      notes.append(note("Planned", "Plan", condition.message))
    }
    let kinds = (applying?.writes ?? []).map(Self.kind)
    if !kinds.isEmpty, isUnchanged("Applied", "Applied") || isUnchanged("Applied", "PartiallyApplied") {
      let cause = planning.isNew ? "after a new plan" : "so that they are as stated"
      notes.append(note("Applied", "Apply", "\(kinds.joined(separator: ", ")) written, \(cause)."))
    }
    return notes.map(Action.event)
  }

  private func note(_ reason: String, _ action: String, _ text: String) -> EventNote {
    EventNote(.normal, reason: reason, action: action, note: StatusUpdate.note(text), regarding: object)
  }

  private static func kind(_ action: Action) -> String {
    switch action {
    case .apply(let type, _, _), .applyStatus(let type, _, _), .delete(let type, _, _): type.kind
    case .event: "Event"
    }
  }
}
