import CByteScan

/// Classes of bytes in an HTTP/1.1 head (RFC 9110 section 5.6.2, RFC 9112 section 2).
enum ByteClass {
  private static let tokenBelow64: UInt64 = 0x3ff_6cfa_0000_0000
  private static let tokenFrom64: UInt64 = 0x57ff_ffff_c7ff_fffe

  /// A byte of a token: a method or a header name.
  @inline(__always) static func isToken(_ byte: UInt8) -> Bool {
    let mask = byte < 64 ? tokenBelow64 : byte < 128 ? tokenFrom64 : 0
    return (mask >> UInt64(byte & 63)) & 1 != 0
  }

  /// A byte of a header's value: visible, blank, tab, or beyond ASCII.
  @inline(__always) static func isFieldValue(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7f) || byte == 0x09 }

  /// A byte of a request target: visible ASCII.
  @inline(__always) static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7f }

  /// A byte of a host name, of a number in brackets, or of a port: what names hosts in practice, without commas, which join lists.
  @inline(__always) static func isHost(_ byte: UInt8) -> Bool {
    // $ % & ' ( ) * + - . 0-9 : ; = ! and A-Z [ ] _ a-z ~
    let mask: UInt64 = byte < 64 ? 0x2fff_6ff2_0000_0000 : byte < 128 ? 0x47ff_fffe_afff_fffe : 0
    return (mask >> UInt64(byte & 63)) & 1 != 0
  }

  /// Whether the bytes at `range` are a host and perhaps a port, or nothing (RFC 9112 section 3.2).
  static func isAuthority(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var colon: Int?
    var bracket = false
    // Most are a name, and perhaps a port behind it.
    let nameEnd = bytes.endOfHostName(range)
    if nameEnd == range.upperBound { return true }
    for index in nameEnd..<range.upperBound {
      let byte = bytes[index]
      guard isHost(byte) else { return false }
      switch byte {
      case UInt8(ascii: "["):
        guard index == range.lowerBound else { return false }
        bracket = true
      case UInt8(ascii: "]"):
        guard bracket, index + 1 == range.upperBound || bytes[index + 1] == UInt8(ascii: ":") else { return false }
        bracket = false
        colon = nil
      case UInt8(ascii: ":"):
        guard bracket || colon == nil else { return false }
        colon = index
      default:
        if !bracket, colon != nil, !isDigit(byte) { return false }
      }
    }
    return !bracket && colon != range.lowerBound
  }

  @inline(__always) static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  /// The value of a hexadecimal digit, or `nil`.
  @inline(__always) static func hexadecimal(_ byte: UInt8) -> Int? {
    if byte &- 48 < 10 { return Int(byte &- 48) }
    let lower = byte | 0x20
    return lower &- 97 < 6 ? Int(lower &- 87) : nil
  }

  static let carriageReturn: UInt8 = 13
  static let lineFeed: UInt8 = 10
}

extension Span<UInt8> {
  /// Whether the bytes at `range` are `text`, which is in lower case, whatever their own case.
  @inline(__always) func matches(_ text: StaticString, at range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    let expected = text.utf8Start
    for index in 0..<range.count {
      let byte = self[range.lowerBound &+ index]
      let lower = byte &- 65 < 26 ? byte | 0x20 : byte
      if lower != expected[index] { return false }
    }
    return true
  }

  /// The first place from `start` whose byte no header value can hold; `count` when there is none.
  @inline(__always) func endOfFieldValue(from start: Int) -> Int {
    withUnsafeBufferPointer { memory in memory.baseAddress.map { podium_field_value_end($0, start, memory.count) } ?? start }
  }

  /// The first place from `start` whose byte no token can hold; `count` when there is none.
  @inline(__always) func endOfToken(from start: Int) -> Int {
    withUnsafeBufferPointer { memory in memory.baseAddress.map { podium_token_end($0, start, memory.count) } ?? start }
  }

  /// The first place from `start` whose byte no request target can hold; `count` when there is none.
  @inline(__always) func endOfTarget(from start: Int) -> Int { endOfClass(UInt8(PODIUM_TARGET), from: start, to: count) }

  /// The first place in the range whose byte the name of a host does not hold; its end when there is none.
  @inline(__always) func endOfHostName(_ range: Range<Int>) -> Int {
    endOfClass(UInt8(PODIUM_HOST), from: range.lowerBound, to: Swift.min(range.upperBound, count))
  }

  @inline(__always) private func endOfClass(_ wanted: UInt8, from start: Int, to end: Int) -> Int {
    withUnsafeBufferPointer { memory in memory.baseAddress.map { podium_class_end($0, start, end, wanted) } ?? start }
  }

  /// The first quote or brace from `start`; `count` when there is none.
  @inline(__always) func nextQuoteOrBrace(from start: Int) -> Int {
    withUnsafeBufferPointer { memory in memory.baseAddress.map { podium_quote_or_brace($0, start, memory.count) } ?? start }
  }

  /// Where `text` stands last before `end`.
  @inline(__always) func lastIndex(of text: StaticString, before end: Int) -> Int? {
    let index = withUnsafeBufferPointer { memory in
      memory.baseAddress.map { podium_last_index($0, Swift.min(end, memory.count), text.utf8Start, text.utf8CodeUnitCount) } ?? -1
    }
    return index >= 0 ? index : nil
  }

  /// Whether the token at `range` is `name` without regard to the case of letters. `name` is in lower case: letters, digits and hyphens.
  ///
  /// Eight bytes at a time: of the bytes that a token can hold, no other than its own upper case becomes one of these with bit 5 set.
  @inline(__always) func isToken(_ name: StaticString, at range: Range<Int>) -> Bool {
    let count = name.utf8CodeUnitCount
    guard range.count == count else { return false }
    let bytes = self.bytes
    let expected = UnsafeRawPointer(name.utf8Start)
    guard count >= 8 else {
      for index in 0..<count where self[range.lowerBound &+ index] | 0x20 != name.utf8Start[index] { return false }
      return true
    }
    // The last eight may overlap those before them.
    var offset = 0
    while true {
      let word = bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound &+ offset, as: UInt64.self) | 0x2020_2020_2020_2020
      if word != expected.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
      if offset &+ 8 == count { return true }
      offset = Swift.min(offset &+ 8, count &- 8)
    }
  }

  /// Whether the bytes at `range` are exactly `text`: the longer ones eight at a time, of which the last may overlap those before.
  @inline(__always) func equals(_ text: StaticString, at range: Range<Int>) -> Bool {
    let count = text.utf8CodeUnitCount
    guard range.count == count else { return false }
    if count >= 8 {
      var offset = 0
      while offset &+ 8 < count {
        if !hasWord(UInt64.self, of: text, offset, at: range.lowerBound) { return false }
        offset &+= 8
      }
      return hasWord(UInt64.self, of: text, count &- 8, at: range.lowerBound)
    }
    if count >= 4 {
      return hasWord(UInt32.self, of: text, 0, at: range.lowerBound) && hasWord(UInt32.self, of: text, count &- 4, at: range.lowerBound)
    }
    for index in 0..<count where self[range.lowerBound &+ index] != text.utf8Start[index] { return false }
    return true
  }

  @inline(__always)
  private func hasWord<Word: FixedWidthInteger & BitwiseCopyable>(
    _: Word.Type, of text: StaticString, _ offset: Int, at start: Int
  ) -> Bool {
    bytes.unsafeLoadUnaligned(fromByteOffset: start &+ offset, as: Word.self)
      == UnsafeRawPointer(text.utf8Start).loadUnaligned(fromByteOffset: offset, as: Word.self)
  }

  /// Whether the bytes at `range` are `text` without regard to the case of ASCII letters.
  func matches(_ text: [UInt8], at range: Range<Int>) -> Bool {
    guard range.count == text.count else { return false }
    for index in 0..<range.count {
      let left = self[range.lowerBound + index]
      let right = text[index]
      let leftLower = left &- 65 < 26 ? left | 0x20 : left
      let rightLower = right &- 65 < 26 ? right | 0x20 : right
      if leftLower != rightLower { return false }
    }
    return true
  }

  /// The bytes at `range`, copied.
  func copy(_ range: Range<Int>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      for index in range { buffer[index - range.lowerBound] = self[index] }
      count = range.count
    }
  }

  /// The bytes at `range` as text, for messages to people.
  func text(_ range: Range<Int>) -> String { String(decoding: copy(range), as: UTF8.self) }
}
