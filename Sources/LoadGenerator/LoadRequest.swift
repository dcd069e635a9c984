import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of the requests of one tier.
enum LoadRequest {
  /// Lengths of answers are taken at this many equally likely places of their distribution.
  static let lengths = 64

  static func variants(_ plan: LoadPlan, _ tier: LoadPlan.Tier) -> [ByteBuffer] {
    guard plan.outputSpread > 0 else { return [bytes(plan, tier, outputTokens: plan.outputTokens)] }
    // Of a log-normal distribution with mean m and relative deviation c: σ² = ln(1 + c²), μ = ln m − σ² ÷ 2.
    let variance = log(1 + plan.outputSpread * plan.outputSpread)
    let middle = log(Double(plan.outputTokens)) - variance / 2
    return (0..<lengths).map { index in
      let z = normalQuantile((Double(index) + 0.5) / Double(lengths))
      return bytes(plan, tier, outputTokens: max(1, Int(exp(middle + variance.squareRoot() * z).rounded())))
    }
  }

  /// Φ⁻¹ by bisection: 64 values at the start need no better.
  private static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (-6.0, 6.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if erfc(-middle / 2.0.squareRoot()) / 2 < probability { low = middle } else { high = middle }
    }
    return low
  }

  private static func bytes(_ plan: LoadPlan, _ tier: LoadPlan.Tier, outputTokens: Int) -> ByteBuffer {
    let words = String(repeating: "word ", count: max(1, plan.promptTokens * 4 / 5))
    let stream = plan.streams ? #","stream":true,"stream_options":{"include_usage":true}"# : ""
    let body =
      #"{"model":"\#(plan.model)","max_tokens":\#(outputTokens)\#(stream),"messages":[{"role":"user","content":"\#(words)"}]}"#
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
