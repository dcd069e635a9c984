import JSON

extension JSONValue {
  /// Whether every leaf of `intent` is here with the same value, so that applying `intent` would change nothing.
  ///
  /// Objects may have more members. Lists must have as many elements, each containing its counterpart: an element that somebody added
  /// to a list is drift. A list to which several managers add by design (owner references, finalizers) should not be compared with this.
  package func contains(_ intent: JSONValue) -> Bool {
    switch (self, intent) {
    case (.object(let here), .object(let wanted)):
      wanted.allSatisfy { member in here[member.key]?.contains(member.value) ?? false }
    case (.array(let here), .array(let wanted)):
      here.count == wanted.count && zip(here, wanted).allSatisfy { $0.contains($1) }
    default: self == intent
    }
  }
}

extension KubeObject {
  /// Whether applying `intent` would change nothing of this object.
  package func contains(_ intent: KubeObject) -> Bool {
    guard let wanted = intent.json.object else { return false }
    return wanted.allSatisfy { member in
      member.key == "metadata" ? containsMetadata(member.value) : json[member.key]?.contains(member.value) ?? false
    }
  }

  private func containsMetadata(_ intent: JSONValue) -> Bool {
    guard let here = json["metadata"], let wanted = intent.object else { return false }
    return wanted.allSatisfy { member in
      guard let value = here[member.key] else { return false }
      switch member.key {
      case "ownerReferences", "finalizers":
        let elements = value.array ?? []
        return (member.value.array ?? []).allSatisfy { element in elements.contains { $0.contains(element) } }
      default: return value.contains(member.value)
      }
    }
  }
}
