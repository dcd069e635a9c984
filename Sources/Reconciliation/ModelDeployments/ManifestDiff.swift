import JSON
import Kubernetes
import QoSAPI

/// What has to be written so that an object is as it was rendered.
///
/// An object is written when it is missing, when it was rendered differently before (the annotation remembers), or when
/// somebody changed what we own. What others add beside it is theirs.
enum ManifestDiff {
  static let annotation = "qos.maas.io/manifest"

  /// `desired` as it is to be applied.
  static func signed(_ desired: KubeObject) -> KubeObject {
    var hash = Fingerprint()
    hash.combine(desired.json.text(.canonical))
    var signed = desired
    signed[["metadata", "annotations", annotation]] = .string(hash.text)
    return signed
  }

  /// - Parameter desired: as from ``signed(_:)``.
  static func isNeeded(_ desired: KubeObject, live: KubeObject?) -> Bool {
    guard let live else { return true }
    return !live.json.contains(desired.json)
  }
}

extension JSONValue {
  /// Whether everything that `other` says is so here: members of objects may be more, elements of arrays not.
  func contains(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.object(let mine), .object(let theirs)):
      return theirs.allSatisfy { member in mine[member.key]?.contains(member.value) ?? false }
    case (.array(let mine), .array(let theirs)):
      return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.contains($1) }
    default: return self == other
    }
  }
}
