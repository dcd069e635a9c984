/// What becomes different in a request's body on its way to a model server: a few places, everything between them is copied.
struct BodyEdits {
  private struct Replacement {
    var range: Range<Int>
    var text: [UInt8]
  }

  /// Goes in at `place`, which is before any replacement.
  private var insertion: [UInt8] = []
  private var place = 0
  private var first: Replacement?
  private var second: Replacement?
  /// How much longer the body becomes.
  private(set) var growth = 0
  var changesAnything: Bool { first != nil || !insertion.isEmpty }

  /// - Parameter range: In the message; replacements may come in either order.
  mutating func replace(_ range: Range<Int>, with text: [UInt8]) {
    growth += text.count - range.count
    let replacement = Replacement(range: range, text: text)
    guard let earlier = first else {
      first = replacement
      return
    }
    if earlier.range.lowerBound < range.lowerBound {
      second = replacement
    } else {
      (first, second) = (replacement, earlier)
    }
  }

  /// - Parameter text: A member and a comma, for the place behind an object's brace.
  mutating func insert(_ text: [UInt8], at place: Int) {
    growth += text.count
    insertion = insertion.isEmpty ? text : insertion + text
    self.place = place
  }

  func write(_ bytes: Span<UInt8>, _ body: Range<Int>, into writer: inout ByteWriter) {
    var position = body.lowerBound
    if !insertion.isEmpty {
      writer.write(bytes, position..<place)
      writer.write(insertion)
      position = place
    }
    if let first {
      writer.write(bytes, position..<first.range.lowerBound)
      writer.write(first.text)
      position = first.range.upperBound
    }
    if let second {
      writer.write(bytes, position..<second.range.lowerBound)
      writer.write(second.text)
      position = second.range.upperBound
    }
    writer.write(bytes, position..<body.upperBound)
  }
}
