import QoSAPI

/// Where a model's weights come from, as `serving.storageUri` says it.
package enum ModelSource: Sendable, Hashable {
  /// `hf://org/model` or `hf://org/model:revision`.
  case huggingFace(id: String, revision: String?)
  /// `pvc://claim/path`.
  case claim(name: String, path: String)
  /// `oci://image`, with the weights below `/models` as KServe has it.
  case image(String)
  /// Anything else: only a platform with a storage initializer can fetch it.
  case other(String)

  package init(uri: String) {
    guard let separator = uri.firstRange(of: "://") else {
      self = .other(uri)
      return
    }
    let rest = String(uri[separator.upperBound...])
    switch uri[..<separator.lowerBound] {
    case "hf":
      let parts = rest.split(separator: ":", maxSplits: 1).map(String.init)
      self = .huggingFace(id: parts.first ?? "", revision: parts.count > 1 ? parts[1] : nil)
    case "pvc":
      let parts = rest.split(separator: "/", maxSplits: 1).map(String.init)
      self = .claim(name: parts.first ?? "", path: parts.count > 1 ? parts[1] : "")
    case "oci": self = .image(rest)
    default: self = .other(uri)
    }
  }

  /// Whether somebody has to carry the weights over the network before a server can load them.
  var isRemote: Bool { if case .claim = self { false } else { true } }
}
