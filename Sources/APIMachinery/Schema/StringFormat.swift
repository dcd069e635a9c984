import CEL

/// The formats of strings that the API server checks; others mean nothing to it.
enum StringFormat {
  static func accepts(_ text: String, as format: String) -> Bool {
    switch format {
    case "date-time", "datetime": CELTimestamp(rfc3339: text) != nil
    case "date": CELTimestamp(rfc3339: text + "T00:00:00Z") != nil
    case "duration": Duration(goText: text) != nil
    case "byte": isBase64(text)
    case "quantity": Quantity(text) != nil
    case "uri": CELURL(text).map { !$0.scheme.isEmpty || $0.path.hasPrefix("/") } ?? false
    case "ipv4": isIPv4(text)
    case "ipv6": text.contains(":") && matches(text, Self.ipv6)
    case "hostname": text.utf8.count <= 255 && matches(text, Self.hostname)
    case "email": matches(text, Self.email)
    case "uuid", "uuid3", "uuid4", "uuid5": matches(text, Self.uuid)
    case "mac": matches(text, Self.mac)
    default: true
    }
  }

  private static let hostname = try? Pattern(
    #"^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"#)
  private static let ipv6 = try? Pattern(#"^[0-9a-fA-F:]{2,39}(\d{1,3}(\.\d{1,3}){3})?$"#)
  private static let email = try? Pattern(#"^[^@\s]+@[^@\s]+\.?[^@\s]*$"#)
  private static let uuid = try? Pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$")
  private static let mac = try? Pattern("(?i)^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$")

  private static func matches(_ text: String, _ pattern: Pattern?) -> Bool { pattern?.matches(text) ?? true }

  private static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { part in UInt8(part) != nil && (part.count == 1 || part.first != "0") }
  }

  private static func isBase64(_ text: String) -> Bool {
    let stripped = text.utf8.filter { $0 != 0x0A && $0 != 0x0D }
    guard stripped.count % 4 == 0 else { return false }
    let content = stripped.reversed().drop { $0 == UInt8(ascii: "=") }
    guard stripped.count - content.count <= 2 else { return false }
    return content.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "+"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
  }
}
