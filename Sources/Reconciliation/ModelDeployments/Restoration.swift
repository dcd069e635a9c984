import JSON
import Kubernetes
import QoSAPI

/// What somebody changed of an object that is ours, and whether to set it back.
///
/// A person's edit is set back at once. A controller would set it again, and the two would write to the API server for ever: after
/// ``limit`` times within ``window`` the object is left as it is until the window has passed, and a condition names the field and who
/// writes it. The count travels in an annotation, so that it outlives this process and a change of leader.
///
///     differs ─▶ rendered anew? ── yes ─▶ write, forget
///                    └ no: somebody's change ─▶ fewer than 3 in 10 minutes? ── yes ─▶ set back, count
///                                                                          └─ no ──▶ leave it, say so
struct Restoration {
  /// How many times a change is set back within the window.
  static let limit = 3
  /// Seconds.
  static let window = 600
  static let annotation = "qos.maas.io/restored"

  /// The object as it is to be applied; `nil` when it is left as it is.
  private(set) var desired: KubeObject?
  /// Why it is left.
  private(set) var finding: Finding?

  /// - Parameters:
  ///   - desired: as from ``ManifestDiff/signed(_:)``, and different from `live`.
  ///   - now: RFC 3339.
  init(of desired: KubeObject, live: KubeObject, now: String) {
    guard let manifest = live.annotations[ManifestDiff.annotation], manifest == desired.annotations[ManifestDiff.annotation] else {
      self.desired = desired
      return
    }
    let record = live.annotations[Self.annotation].flatMap(Self.record)
    guard let record, Self.age(of: record.since, now: now) < Self.window else {
      self.desired = Self.counted(desired, 1, since: now)
      return
    }
    guard record.count >= Self.limit else {
      self.desired = Self.counted(desired, record.count + 1, since: record.since)
      return
    }
    let field = live.json.firstDifference(from: desired.json) ?? "a field"
    let writer = Self.writer(of: live).map { "\"\($0)\"" } ?? "somebody"
    finding = Finding(
      "Contested",
      "\(writer) writes \(field) of the \(live.kind) \(live.name) against this ModelDeployment: it was set back \(record.count) times since "
        + "\(record.since), and is now left as it is for up to \(Self.window / 60) minutes. Let one of the two own the field: stop the other "
        + "writer, or say in this ModelDeployment what it wants.")
  }

  private static func counted(_ desired: KubeObject, _ count: Int, since: String) -> KubeObject {
    var desired = desired
    desired[["metadata", "annotations", annotation]] = .string("\(count) since \(since)")
    return desired
  }

  /// A text that is not ours counts as none: then counting begins anew.
  private static func record(_ text: String) -> (count: Int, since: String)? {
    let words = text.split(separator: " ")
    guard words.count == 3, words[1] == "since", let count = Int(words[0]), count > 0 else { return nil }
    return (count, String(words[2]))
  }

  /// What cannot be read is long ago.
  private static func age(of time: String, now: String) -> Int {
    guard let then = RFC3339.seconds(time), let now = RFC3339.seconds(now), then <= now else { return .max }
    return now - then
  }

  /// Who wrote last, but for ourselves and those who write statuses.
  private static func writer(of live: KubeObject) -> String? {
    (live[["metadata", "managedFields"]]?.array ?? [])
      .filter { $0["subresource"] == nil && $0["manager"]?.string != Names.manager }
      .max { ($0["time"]?.string ?? "") < ($1["time"]?.string ?? "") }?["manager"]?.string
  }
}

extension JSONValue {
  /// Where the first leaf of `intent` is that is not here with the same value, such as `spec.predictor.minReplicas`.
  func firstDifference(from intent: JSONValue, at path: String = "") -> String? {
    switch (self, intent) {
    case (.object(let here), .object(let wanted)):
      for member in wanted {
        let place = path.isEmpty ? member.key : "\(path).\(member.key)"
        guard let value = here[member.key] else { return place }
        if let found = value.firstDifference(from: member.value, at: place) { return found }
      }
      return nil
    case (.array(let here), .array(let wanted)) where here.count == wanted.count:
      for index in wanted.indices {
        if let found = here[index].firstDifference(from: wanted[index], at: "\(path)[\(index)]") { return found }
      }
      return nil
    default: return self == intent ? nil : path
    }
  }
}
