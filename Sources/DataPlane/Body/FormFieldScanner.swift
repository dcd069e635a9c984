/// Finds the parts of a `multipart/form-data` body (RFC 7578) that the proxy needs: uploads of audio and images name their model in one.
struct FormFieldScanner {
  /// RFC 2046 section 5.1.1.
  static let longestBoundary = 70

  private let boundary: Range<Int>
  private var position: Int
  private let start: Int
  private let end: Int
  private var fields = RequestFields()

  /// - Parameters:
  ///   - bytes: The whole message.
  ///   - body: Where its body is; the offsets of what is found and of faults count from its beginning.
  ///   - contentType: Where the value of the header `content-type` is.
  static func scan(_ bytes: Span<UInt8>, body: Range<Int>, contentType: Range<Int>) throws(FormFault) -> RequestFields {
    guard let boundary = boundary(bytes, contentType) else { throw .boundaryMissing }
    var scanner = FormFieldScanner(boundary: boundary, body: body)
    try scanner.scan(bytes)
    return scanner.fields
  }

  /// Whether a `content-type` means such a form.
  static func isForm(_ bytes: Span<UInt8>, _ contentType: Range<Int>) -> Bool {
    let length = 19
    return contentType.count >= length
      && bytes.matches("multipart/form-data", at: contentType.lowerBound..<contentType.lowerBound + length)
  }

  private init(boundary: Range<Int>, body: Range<Int>) {
    self.boundary = boundary
    (start, position, end) = (body.lowerBound, body.lowerBound, body.upperBound)
  }

  private static func boundary(_ bytes: Span<UInt8>, _ contentType: Range<Int>) -> Range<Int>? {
    var parameters = FormParameters(contentType)
    while let parameter = parameters.next(bytes) {
      guard bytes.matches("boundary", at: parameter.name) else { continue }
      return (1...longestBoundary).contains(parameter.value.count) && !parameter.hasEscapes ? parameter.value : nil
    }
    return nil
  }

  // MARK: Parts

  private mutating func scan(_ bytes: Span<UInt8>) throws(FormFault) {
    // What stands before the first boundary is for nobody.
    if !isDelimiter(bytes, at: position) {
      guard let first = nextDelimiter(bytes) else { throw .truncated }
      position = first + 2
    }
    while true {
      position += 2 + boundary.count
      if position + 2 <= end, bytes[position] == UInt8(ascii: "-"), bytes[position + 1] == UInt8(ascii: "-") { return }
      while position < end, ByteClass.isBlank(bytes[position]) { position += 1 }
      try passLineEnd(bytes)
      try scanPart(bytes)
    }
  }

  private mutating func scanPart(_ bytes: Span<UInt8>) throws(FormFault) {
    let beginning = position
    var name: Range<Int>?
    while let line = try nextLine(bytes) {
      guard let value = Self.disposition(bytes, line) else { continue }
      name = try partName(bytes, value)
    }
    guard let name else { throw .unclearPartName(offset: beginning - start) }
    let content = position
    guard let delimiter = nextDelimiter(bytes) else { throw .truncated }
    position = delimiter + 2
    switch name.count {
    case 5 where bytes.equals("model", at: name):
      guard fields.model == nil else { throw .repeatedPart("model") }
      fields.model = content - start..<delimiter - start
    case 6 where bytes.equals("stream", at: name): fields.streams = bytes.matches("true", at: content..<delimiter)
    default: break
    }
  }

  /// The line up to its end, which is passed; `nil` for the empty line behind the headers.
  private mutating func nextLine(_ bytes: Span<UInt8>) throws(FormFault) -> Range<Int>? {
    let first = position
    while position < end, bytes[position] != ByteClass.carriageReturn {
      guard ByteClass.isFieldValue(bytes[position]) else { throw .malformed(offset: position - start) }
      position &+= 1
    }
    let line = first..<position
    try passLineEnd(bytes)
    return line.isEmpty ? nil : line
  }

  private mutating func passLineEnd(_ bytes: Span<UInt8>) throws(FormFault) {
    guard position + 2 <= end else { throw .truncated }
    guard bytes[position] == ByteClass.carriageReturn, bytes[position + 1] == ByteClass.lineFeed else {
      throw .malformed(offset: position - start)
    }
    position += 2
  }

  /// The value of a header line, if that is `content-disposition`.
  private static func disposition(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    let name = line.lowerBound..<line.lowerBound + 19
    guard line.count > 20, bytes.matches("content-disposition", at: name), bytes[name.upperBound] == UInt8(ascii: ":") else { return nil }
    return name.upperBound + 1..<line.upperBound
  }

  private func partName(_ bytes: Span<UInt8>, _ disposition: Range<Int>) throws(FormFault) -> Range<Int>? {
    var name: Range<Int>?
    var parameters = FormParameters(disposition)
    while let parameter = parameters.next(bytes) {
      let isExtended = bytes.matches("name*", at: parameter.name)
      guard isExtended || bytes.matches("name", at: parameter.name) else { continue }
      // A name that is given twice or in disguise is understood differently by different readers.
      guard name == nil, !isExtended, !parameter.hasEscapes else { throw .unclearPartName(offset: disposition.lowerBound - start) }
      name = parameter.value
    }
    return name
  }

  // MARK: Delimiters

  /// Where the next line that begins with the boundary is: the offset of the line end before it.
  private func nextDelimiter(_ bytes: Span<UInt8>) -> Int? {
    var index = position
    while let found = bytes.firstIndex(of: ByteClass.carriageReturn, from: index, to: end) {
      if found + 2 < end, bytes[found + 1] == ByteClass.lineFeed, isDelimiter(bytes, at: found + 2) { return found }
      index = found + 1
    }
    return nil
  }

  private func isDelimiter(_ bytes: Span<UInt8>, at index: Int) -> Bool {
    guard index + 2 + boundary.count <= end, bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-") else { return false }
    for offset in 0..<boundary.count where bytes[index + 2 + offset] != bytes[boundary.lowerBound + offset] { return false }
    return true
  }
}
