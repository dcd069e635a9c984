import JSON
import Kubernetes

/// What schemas of other projects leave to the API server, to the kubelet or to a webhook: the syntax of names, labels and quantities,
/// and values that contradict each other.
struct ManifestValues {
  private(set) var findings: [ManifestAudit.Finding] = []

  mutating func metadata(_ object: KubeObject) {
    // Names of Services and of whatever becomes part of one are labels of the DNS.
    if !Syntax.isDNSLabel(object.name) {
      report("metadata.name", "\"\(object.name)\" is no DNS label of at most 63 characters: a-z, 0-9 and -, beginning and ending with none")
    }
    if let namespace = object.namespace, !Syntax.isDNSLabel(namespace) {
      report("metadata.namespace", "\"\(namespace)\" is no DNS label of at most 63 characters")
    }
    let size = object.json.text().utf8.count
    if size > Self.largestObject { report("", "has \(size) bytes, and etcd takes \(Self.largestObject)") }
  }

  /// Below the 1.5 MiB of etcd, and what a ConfigMap may hold.
  private static let largestObject = 1 << 20

  /// Walks down; `key` is the name of the member that holds `value`.
  mutating func value(_ value: JSONValue, at path: String, key: String) {
    switch key {
    case "labels", "matchLabels", "nodeSelector": labels(value, at: path)
    case "requests", "limits": quantities(value, at: path)
    case "containerPort", "targetPort", "portNumber": port(value, at: path)
    case "volumeMounts": unique("mountPath", of: value, at: path)
    case "env", "containers", "volumes", "triggers", "ports": unique("name", of: value, at: path)
    case "spec": bounds(value, at: path)
    case "metadata" where path != "metadata": break
    default: break
    }
    switch value {
    case .object(let members):
      for member in members {
        self.value(member.value, at: path.isEmpty ? member.key : "\(path).\(member.key)", key: member.key)
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() { self.value(element, at: "\(path)[\(index)]", key: "") }
    case .double(let number) where !number.isFinite: report(path, "is no number")
    default: break
    }
  }

  private mutating func report(_ field: String, _ problem: String) { findings.append(.init(field, problem)) }

  private mutating func labels(_ value: JSONValue, at path: String) {
    // Rules of Prometheus have labels of their own syntax, and a list of labels is no map.
    guard path != "spec.labels", !path.hasPrefix("spec.groups") else { return }
    for member in value.object ?? [:] {
      guard let text = member.value.string else { continue }
      if !Syntax.isLabelValue(text) {
        report(
          "\(path)[\(member.key)]",
          "\"\(text)\" is no value of a label: at most 63 of a-z, A-Z, 0-9, -, _ and ., beginning and ending with a letter or digit")
      }
      if !Syntax.isQualifiedName(member.key) { report(path, "\"\(member.key)\" is no key of a label") }
    }
  }

  private mutating func quantities(_ value: JSONValue, at path: String) {
    // Kuadrant's `limits` are objects and lists: no resources.
    for member in value.object ?? [:] where member.value.object == nil && member.value.array == nil {
      let text = member.value.string ?? member.value.text()
      if !Syntax.isQuantity(text) { report("\(path)[\(member.key)]", "\"\(text)\" is no quantity, such as 500m, 4 or 32Gi") }
    }
  }

  private mutating func port(_ value: JSONValue, at path: String) {
    guard let port = value.int else { return }
    if !(1...65_535).contains(port) { report(path, "\(port) is no port: write 1 to 65535") }
  }

  private mutating func unique(_ field: String, of value: JSONValue, at path: String) {
    var seen: Set<String> = []
    for (index, element) in (value.array ?? []).enumerated() {
      guard let name = element[field]?.string else { continue }
      if !seen.insert(name).inserted { report("\(path)[\(index)].\(field)", "\"\(name)\" is there twice") }
    }
  }

  private mutating func bounds(_ spec: JSONValue, at path: String) {
    for (low, high) in [("minReplicaCount", "maxReplicaCount"), ("minReplicas", "maxReplicas")] {
      for (holder, place) in [(spec, path), (spec["predictor"] ?? [:], "\(path).predictor")] {
        guard let least = holder[low]?.int, let most = holder[high]?.int else { continue }
        if least < 0 { report("\(place).\(low)", "\(least) is negative") }
        if most < 1 { report("\(place).\(high)", "\(most) lets nothing run") }
        if least > most { report("\(place).\(low)", "\(least) is above \(high), which is \(most)") }
      }
    }
    let name = spec[["advanced", "horizontalPodAutoscalerConfig", "name"]]?.string
    if let name, !Syntax.isDNSLabel(name) {
      report("\(path).advanced.horizontalPodAutoscalerConfig.name", "\"\(name)\" is no DNS label of at most 63 characters")
    }
  }
}

/// The syntax of Kubernetes' words.
enum Syntax {
  private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLower(byte | 0x20) && byte >= 0x41 || isDigit(byte) }

  static func isDNSLabel(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
    func isEnd(_ byte: UInt8) -> Bool { isLower(byte) || isDigit(byte) }
    return isEnd(first) && isEnd(last) && bytes.allSatisfy { isEnd($0) || $0 == UInt8(ascii: "-") }
  }

  static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isName(text) }

  /// `name` or `prefix/name`.
  static func isQualifiedName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.last, parts.count <= 2, isName(name) else { return false }
    return parts.count == 1
      || (parts[0].utf8.count <= 253
        && parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isDNSLabel(String($0)) })
  }

  private static func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last) && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  /// Not negative.
  static func isQuantity(_ text: String) -> Bool {
    let suffixes = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n", "u", "m", "k", "M", "G", "T", "P", "E", ""]
    guard let suffix = suffixes.first(where: { text.hasSuffix($0) }) else { return false }
    let number = text.dropLast(suffix.count)
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    return !number.isEmpty && parts.count <= 2 && parts.contains { !$0.isEmpty } && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) }
  }
}
