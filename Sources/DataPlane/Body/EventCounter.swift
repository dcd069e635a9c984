/// Counts the events of a stream (text/event-stream) however its bytes are cut: lines that say something, up to an empty one.
struct EventCounter {
  private(set) var events = 0
  /// Bytes of the line under way.
  private var length = 0
  private var saysSomething = false

  mutating func read(_ bytes: Span<UInt8>, _ piece: Range<Int>) {
    var start = piece.lowerBound
    while let end = bytes.firstIndex(of: ByteClass.lineFeed, from: start, to: piece.upperBound) {
      // One byte is the carriage return before the line feed: no field of an event is that short.
      if length + end - start > 1 {
        saysSomething = true
      } else if saysSomething {
        events &+= 1
        saysSomething = false
      }
      length = 0
      start = end + 1
    }
    length &+= piece.upperBound - start
  }

  /// A model server sends about one token in an event, and `[DONE]` in the last one.
  var estimatedTokens: Int { max(1, events - 1) }
}
