import DataPlane

/// OpenTelemetry's environment variables for traces (specification, "Environment Variable Specification" and "OTLP Exporter").
struct OTelEnvironment {
  private let variables: [String: String]

  init(_ variables: [String: String]) { self.variables = variables }

  /// An empty value means that the variable is not set.
  subscript(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  var isDisabled: Bool { self["OTEL_SDK_DISABLED"]?.lowercased() == "true" || self["OTEL_TRACES_EXPORTER"] == "none" }

  var serviceName: String? { self["OTEL_SERVICE_NAME"] }

  func sampler() throws(TracingSettings.Problem) -> TraceSampler? {
    guard let name = self["OTEL_TRACES_SAMPLER"] else { return nil }
    var ratio = 1.0
    if let text = self["OTEL_TRACES_SAMPLER_ARG"], name.hasSuffix("traceidratio") {
      guard let number = Double(text), (0...1).contains(number) else {
        throw .init("OTEL_TRACES_SAMPLER_ARG: is '\(text)': write a share from 0 to 1")
      }
      ratio = number
    }
    switch name {
    case "always_on": return TraceSampler(followsParent: false, ratio: 1)
    case "always_off": return TraceSampler(followsParent: false, ratio: 0)
    case "traceidratio": return TraceSampler(followsParent: false, ratio: ratio)
    case "parentbased_always_on": return TraceSampler(ratio: 1)
    case "parentbased_always_off": return TraceSampler(ratio: 0)
    case "parentbased_traceidratio": return TraceSampler(ratio: ratio)
    default:
      throw .init(
        "OTEL_TRACES_SAMPLER: '\(name)' is not known: write one of always_on, always_off, traceidratio, parentbased_always_on, "
          + "parentbased_always_off, parentbased_traceidratio")
    }
  }

  func headers() throws(TracingSettings.Problem) -> [(name: String, value: String)] {
    for name in ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"] {
      if let text = self[name] { return try Self.pairs(text, name) }
    }
    return []
  }

  func resource() throws(TracingSettings.Problem) -> [(name: String, value: String)] {
    guard let text = self["OTEL_RESOURCE_ATTRIBUTES"] else { return [] }
    return try Self.pairs(text, "OTEL_RESOURCE_ATTRIBUTES")
  }

  func timeout() throws(TracingSettings.Problem) -> Duration? {
    for name in ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"] {
      guard let text = self[name] else { continue }
      guard let milliseconds = Int(text), milliseconds > 0 else { throw .init("\(name): is '\(text)': write milliseconds above 0") }
      return .milliseconds(milliseconds)
    }
    return nil
  }

  /// `name=value,name=value`, the values percent-encoded.
  private static func pairs(_ text: String, _ source: String) throws(TracingSettings.Problem) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for part in text.split(separator: ",") {
      let member = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(member[0]).trimmingBlanks
      guard member.count == 2, !name.isEmpty, let value = String(member[1]).trimmingBlanks.percentDecoded else {
        throw .init("\(source): '\(part)' is no pair: write name=value, and commas and percent signs in a value as %2C and %25")
      }
      pairs.append((name, value))
    }
    return pairs
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[first...last])
  }

  /// `nil` when a percent sign is not followed by two hexadecimal digits, or the result is not UTF-8.
  fileprivate var percentDecoded: String? {
    guard contains("%") else { return self }
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
