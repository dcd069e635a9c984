/// The words of a request that its log line and its spans repeat, copied before the bytes that hold them are gone.
///
/// One piece of memory, used again by the next request: method, path, user agent, model and identifier, one behind the other.
package struct RequestText: Sendable {
  /// Of the path; the rest is cut off. So it is of the other words below.
  static let maximumPath = 1024
  static let maximumAgent = 128
  static let maximumModel = 256

  private(set) var bytes: [UInt8] = []
  private var methodEnd = 0
  private var pathEnd = 0
  private var agentEnd = 0
  private var modelEnd = 0

  init() {}

  /// Forgets the words and keeps the memory.
  mutating func reset() {
    bytes.removeAll(keepingCapacity: true)
    (methodEnd, pathEnd, agentEnd, modelEnd) = (0, 0, 0, 0)
  }

  package var method: Range<Int> { 0..<methodEnd }
  /// Without its query.
  package var path: Range<Int> { methodEnd..<pathEnd }
  package var agent: Range<Int> { pathEnd..<agentEnd }
  /// As the caller wrote it.
  package var model: Range<Int> { agentEnd..<modelEnd }
  package var requestID: Range<Int> { modelEnd..<bytes.count }

  package func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  mutating func begin(_ head: RequestHead, _ lines: [HeaderLine], _ message: Span<UInt8>) {
    append(message, 0..<max(0, head.target.lowerBound - 1))
    methodEnd = bytes.count
    var end = head.target.lowerBound
    while end < head.target.upperBound, message[end] != UInt8(ascii: "?") { end &+= 1 }
    append(message, head.target.lowerBound..<min(end, head.target.lowerBound + Self.maximumPath))
    pathEnd = bytes.count
    for line in lines where line.kind == .userAgent {
      let value = line.value
      append(message, value.lowerBound..<min(value.upperBound, value.lowerBound + Self.maximumAgent))
      break
    }
    agentEnd = bytes.count
    modelEnd = bytes.count
  }

  /// - Parameter range: The model's literal without its quotes.
  mutating func setModel(_ message: Span<UInt8>, _ range: Range<Int>, hasEscapes: Bool) {
    bytes.removeLast(bytes.count - agentEnd)
    if hasEscapes {
      bytes.append(contentsOf: (JSONText.unescaped(message, range) ?? []).prefix(Self.maximumModel))
    } else {
      append(message, range.lowerBound..<min(range.upperBound, range.lowerBound + Self.maximumModel))
    }
    modelEnd = bytes.count
  }

  mutating func setRequestID(_ message: Span<UInt8>, _ range: Range<Int>) {
    bytes.removeLast(bytes.count - modelEnd)
    append(message, range)
  }

  private mutating func append(_ message: Span<UInt8>, _ range: Range<Int>) {
    message.extracting(range).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }
}
