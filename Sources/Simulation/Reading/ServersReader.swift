import JSON
import PolicyFormat
import Scheduling

/// `servers`: groups of equal model servers.
enum ServersReader {
  /// More servers than any pool has.
  static let most = 1_000

  static func read(_ reader: inout FieldReader) throws(PolicyError) -> [ServerModel] {
    guard let elements = try reader.array("servers"), !elements.isEmpty else {
      throw PolicyError(
        path: "servers", reason: "is missing: write a list with one group of servers at least, each with places and timeToFirstToken")
    }
    var servers: [ServerModel] = []
    for element in elements {
      let (model, count) = try group(element.value, element.path)
      servers += Array(repeating: model, count: count)
    }
    guard servers.count <= most else { throw PolicyError(path: "servers", reason: "are \(servers.count): write \(most) at most") }
    return servers
  }

  private static func group(_ value: JSONValue, _ path: String) throws(PolicyError) -> (ServerModel, Int) {
    var reader = try FieldReader(value, path: path)
    _ = try reader.string("name")
    let count = try reader.integer("count", in: 1...most) ?? 1
    guard let places = try reader.integer("places", in: 1...65_536) else {
      throw PolicyError(
        path: reader.path("places"), reason: "is missing: write how many requests a server runs at once (vLLM: --max-num-seqs)")
    }
    var model = ServerModel(
      maximumSequences: places, firstToken: try reader.requiredDuration("timeToFirstToken", positive: true),
      perToken: try reader.duration("timePerOutputToken") ?? .zero)
    model.perPromptToken = try reader.duration("timePerPromptToken") ?? .zero
    if let slowdown = try reader.number("slowdown") {
      guard (0...100).contains(slowdown) else {
        throw PolicyError(
          path: reader.path("slowdown"), reason: "is \(slowdown): write by what part each further request slows all down, such as 0.02")
      }
      model.slowdown = slowdown
    }
    model.jitter = try reader.part("jitter") ?? 0
    model.reports = try reader.boolean("reports") ?? true
    model.statesMaximum = try reader.boolean("statesPlaces") ?? false
    model.streams = try reader.boolean("streams") ?? true
    try reader.finish()
    return (model, count)
  }
}
