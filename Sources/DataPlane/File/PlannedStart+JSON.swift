import JSON
import PolicyFormat
import Scheduling

extension PlannedStart {
  init(json: JSONValue, path: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    guard let concurrency = try reader.integer("concurrency"), (1...65_536).contains(concurrency) else {
      throw PolicyError(path: "\(path).concurrency", reason: "write how many requests a backend works on at a time, 1 to 65536")
    }
    guard let time = try reader.duration("serviceTime") else {
      throw PolicyError(path: "\(path).serviceTime", reason: "is missing: write what a usual request takes, such as 1500ms")
    }
    try reader.finish()
    self.init(concurrency: concurrency, serviceTime: time)
  }

  var json: JSONValue {
    ["concurrency": JSONValue(concurrency), "serviceTime": .string("\(max(1, Int((serviceTime / .milliseconds(1)).rounded())))ms")]
  }
}
