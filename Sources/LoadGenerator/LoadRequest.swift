import NIOCore

/// The bytes of the requests of one tier.
enum LoadRequest {
  static func bytes(_ plan: LoadPlan, _ tier: LoadPlan.Tier) -> ByteBuffer {
    let words = String(repeating: "word ", count: max(1, plan.promptTokens * 4 / 5))
    let stream = plan.streams ? #","stream":true,"stream_options":{"include_usage":true}"# : ""
    let body =
      #"{"model":"\#(plan.model)","max_tokens":\#(plan.outputTokens)\#(stream),"messages":[{"role":"user","content":"\#(words)"}]}"#
    let headers = tier.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    return ByteBuffer(
      string: "POST \(plan.path) HTTP/1.1\r\nhost: \(plan.host):\(plan.port)\r\ncontent-type: application/json\r\n\(headers)"
        + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
  }
}

/// What came back for one request.
struct LoadAnswer {
  /// When the request was planned to go: waiting for a connection counts.
  var arrival: NIODeadline
  var status: Int?
  var firstPayload: NIODeadline?
  var isBroken = false
  var isTimedOut = false
}
