import APIMachinery
import JSON
import Kubernetes

/// What the server does for single kinds: everything that no schema says.
enum KindRules {
  /// Fills in what the kind's own strategy would.
  static func complete(_ object: inout KubeObject, live: KubeObject?, call: Call) {
    switch (call.served.collection.group, call.served.type.kind) {
    case ("", "Namespace"): completeNamespace(&object, live: live, call: call)
    case ("", "Secret"): completeSecret(&object)
    case ("apiextensions.k8s.io", "CustomResourceDefinition"): DefinitionRules.complete(&object, live: live, call: call)
    default: break
    }
  }

  static func errors(_ object: KubeObject, live: KubeObject?, call: Call) -> [FieldError] {
    switch (call.served.collection.group, call.served.type.kind) {
    case ("", "Secret"): immutableErrors(object, live: live, fields: ["data"]) + typeErrors(object, live: live)
    case ("", "ConfigMap"): immutableErrors(object, live: live, fields: ["data", "binaryData"])
    case ("apiextensions.k8s.io", "CustomResourceDefinition"): DefinitionRules.errors(object, live: live)
    default: []
    }
  }

  private static func completeNamespace(_ object: inout KubeObject, live: KubeObject?, call: Call) {
    object[["metadata", "labels", "kubernetes.io/metadata.name"]] = .string(object.name)
    guard let live else {
      object["spec"] = ["finalizers": ["kubernetes"]]
      object["status"] = ["phase": "Active"]
      return
    }
    if call.subresource != "finalize" { object["spec"] = live["spec"] }
  }

  /// `stringData` is a way to write `data`, and is not kept.
  private static func completeSecret(_ object: inout KubeObject) {
    if let texts = object.json["stringData"]?.stringMap {
      for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
        object[["data", key]] = .string(Base64.encode(Array(text.utf8)))
      }
      object.json["stringData"] = nil
    }
    if object["type"] == nil { object["type"] = "Opaque" }
  }

  private static func typeErrors(_ object: KubeObject, live: KubeObject?) -> [FieldError] {
    guard let live, live["type"] != object["type"] else { return [] }
    return [FieldError(.invalid, "type", value: object["type"], detail: "field is immutable")]
  }

  /// Once `immutable` is true, it and the data stay as they are.
  private static func immutableErrors(_ object: KubeObject, live: KubeObject?, fields: [String]) -> [FieldError] {
    guard let live, live["immutable"]?.bool == true else { return [] }
    return (["immutable"] + fields).filter { object[$0] != live[$0] }.map {
      FieldError(.forbidden, $0, detail: "field is immutable when `immutable` is set")
    }
  }
}

/// RFC 4648 base 64.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let word = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (16 - 8 * UInt32($1.offset)) }
      for place in 0..<4 {
        output.append(place <= group.count ? alphabet[Int(word >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
