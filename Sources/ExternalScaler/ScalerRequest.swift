import GRPCCore

/// KEDA's `ScaledObjectRef`: which ScaledObject asks, and what its trigger says.
///
/// | field of the trigger's metadata | meaning |
/// |---|---|
/// | `namespace`, `model` | whose demand; `namespace` may be left out for the ScaledObject's own |
/// | `target` | how many requests one replica holds, a whole number above 0 |
/// | `protected` | tiers whose waiting requests count twice, separated by commas |
struct ScalerRequest: Equatable {
  var namespace: String
  var model: String
  var target: Int64
  var protected: Set<String>

  /// Field 1 of a `GetMetricsRequest`, or the whole message of every other method.
  init(reference bytes: ArraySlice<UInt8>) throws {
    var name = ""
    var namespace = ""
    var metadata: [String: String] = [:]
    try Self.read(bytes) { field, value in
      switch field {
      case 1: name = value.string ?? ""
      case 2: namespace = value.string ?? ""
      case 3:
        guard case .bytes(let entry) = value else { throw WireReader.Malformed() }
        let (key, text) = try Self.entry(entry)
        metadata[key] = text
      default: break
      }
    }
    let own = metadata["namespace"].flatMap { $0.isEmpty ? nil : $0 }
    // A trigger may not ask for another namespace's demand.
    if let own, !namespace.isEmpty, own != namespace {
      throw RPCError(
        code: .permissionDenied, message: "the ScaledObject is in \(namespace): metadata.namespace must be that, or be left out")
    }
    self.namespace = own ?? namespace
    model = metadata["model"] ?? name
    guard let target = metadata["target"].flatMap(Int64.init), target > 0 else {
      throw RPCError(code: .invalidArgument, message: "metadata.target must say how many requests one replica holds, such as \"16\"")
    }
    self.target = target
    protected = Set((metadata["protected"] ?? "").split(separator: ",").map { String($0.trimmingPrefix(while: \.isWhitespace)) })
  }

  init(metricsRequest bytes: ArraySlice<UInt8>) throws {
    var reference: ArraySlice<UInt8> = []
    try Self.read(bytes) { field, value in
      if field == 1, case .bytes(let inner) = value { reference = inner }
    }
    try self.init(reference: reference)
  }

  private static func entry(_ bytes: ArraySlice<UInt8>) throws -> (String, String) {
    var (key, text) = ("", "")
    try read(bytes) { field, value in
      if field == 1 { key = value.string ?? "" }
      if field == 2 { text = value.string ?? "" }
    }
    return (key, text)
  }

  private static func read(_ bytes: ArraySlice<UInt8>, _ take: (UInt64, WireReader.Value) throws -> Void) throws {
    do {
      var reader = WireReader(bytes)
      while let (field, value) = try reader.next() { try take(field, value) }
    } catch is WireReader.Malformed {
      throw RPCError(code: .invalidArgument, message: "the message is not what externalscaler.proto says")
    }
  }
}

/// What is answered.
enum ScalerReply {
  /// `s0-…` is put in front by KEDA.
  static let metricName = "podium-demand"

  /// `IsActiveResponse{bool result = 1}`
  static func active(_ isActive: Bool) -> [UInt8] {
    var writer = WireWriter()
    writer.integer(1, isActive ? 1 : 0)
    return writer.bytes
  }

  /// `GetMetricSpecResponse{repeated MetricSpec{string metricName = 1; int64 targetSize = 2; double targetSizeFloat = 3} = 1}`
  static func specification(target: Int64) -> [UInt8] { metric(target) }

  /// `GetMetricsResponse{repeated MetricValue{string metricName = 1; int64 metricValue = 2; double metricValueFloat = 3} = 1}`
  static func value(_ demand: Int) -> [UInt8] { metric(Int64(demand)) }

  /// KEDA takes the float unless it is 0, and older ones know the integer only.
  private static func metric(_ amount: Int64) -> [UInt8] {
    var metric = WireWriter()
    metric.string(1, metricName)
    metric.integer(2, amount)
    metric.double(3, Double(amount))
    var reply = WireWriter()
    reply.message(1, metric.bytes)
    return reply.bytes
  }
}
