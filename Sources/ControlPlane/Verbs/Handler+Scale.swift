import JSON
import Kubernetes

// The scale subresource: replicas of any kind, as autoscaling/v1 Scale.
extension Handler {
  func scale(_ call: Call) throws -> ServerReply {
    switch call.request.method {
    case .get, .head: return .json(try Self.scale(of: try live(call), call))
    case .put:
      let wanted = KubeObject(try BodyDecoder.json(call.request))
      return try writeScale(call, version: wanted.resourceVersion) { _ in wanted }
    case .patch:
      let kind = try PatchKind(call)
      let patch = try BodyDecoder.yaml(call.request.body)
      return try writeScale(call, version: nil) { scale in
        // A Scale has no lists: a strategic merge of it is a merge.
        KubeObject(try Self.patched(scale, by: patch, kind == .strategic ? .merge : kind, call))
      }
    default: throw APIError.methodNotAllowed
    }
  }

  private func live(_ call: Call) throws -> KubeObject { try Conversion.object(try existing(call), as: call.served) }

  private func writeScale(_ call: Call, version: String?, _ change: (JSONValue) throws -> KubeObject) throws -> ServerReply {
    let options = try WriteOptions(call)
    guard let paths = try call.served.definition().scale else { throw APIError.noSuchResource }
    return try retrying(call, untilUnchanged: version) { current, live in
      let wanted = try change(try Self.scale(of: live, call))
      try checkIdentity(wanted, current, call)
      guard let replicas = wanted[["spec", "replicas"]]?.int ?? (wanted[["spec", "replicas"]] == nil ? 0 : nil), replicas >= 0 else {
        throw APIError.badRequest("spec.replicas of a Scale must be a whole number that is not negative")
      }
      var object = live
      object[paths.specReplicas] = JSONValue(replicas)
      var proposal = Proposal(call: call, options: options, object: object, current: current, live: live)
      try proposal.admit(now: clock.now(), catalog: holder.catalog)
      guard !options.isDryRun else { return .json(try Self.scale(of: proposal.object, call)) }
      let stored = proposal.changesNothing ? current : try writer.settle(proposal.object, call.served, over: current)
      return .json(try Self.scale(of: try Conversion.object(stored, as: call.served), call))
    }
  }

  /// The Scale of an object.
  private static func scale(of object: KubeObject, _ call: Call) throws -> JSONValue {
    guard let paths = try call.served.definition().scale else { throw APIError.noSuchResource }
    var metadata = JSONObject()
    for name in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] { metadata[name] = object[["metadata", name]] }
    var status: JSONObject = ["replicas": object[paths.statusReplicas] ?? 0]
    if let selector = paths.selector.flatMap({ object[$0] }) { status["selector"] = .string(selectorText(selector)) }
    return [
      "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": .object(metadata),
      "spec": ["replicas": object[paths.specReplicas] ?? 0], "status": .object(status),
    ]
  }

  /// A selector as text, whether it is kept as text or as matchLabels.
  private static func selectorText(_ selector: JSONValue) -> String {
    if let text = selector.string { return text }
    let labels = selector["matchLabels"]?.stringMap ?? selector.stringMap ?? [:]
    return labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}
