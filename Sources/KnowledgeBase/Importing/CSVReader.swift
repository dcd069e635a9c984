import Foundation

/// Goes through the cells of a CSV text (RFC 4180) without copying them: a cell is a range of the bytes.
struct CSVReader {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  /// The line that ``next()`` returned last, from 1.
  private(set) var line = 0
  private var nextLine = 1
  /// Where the line at `position` ends, once it was looked for.
  private var lineEnd = -1

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    // The mark that some spreadsheets put first.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Puts the next line's cells into `cells`; false at the end. Lines that are empty are skipped.
  mutating func next(_ cells: inout [ArraySlice<UInt8>]) throws(ImportError) -> Bool {
    repeat {
      guard position < bytes.count else { return false }
      cells.removeAll(keepingCapacity: true)
      line = nextLine
      while try cell(&cells) {}
    } while cells.count == 1 && cells[0].isEmpty
    return true
  }

  /// Appends one cell; true when another one of the same line follows.
  private mutating func cell(_ cells: inout [ArraySlice<UInt8>]) throws(ImportError) -> Bool {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      cells.append(try quoted(column: cells.count + 1)[...])
    } else {
      let start = position
      position = endOfPlainCell()
      cells.append(bytes[start..<position])
    }
    guard position < bytes.count else { return false }
    let end = bytes[position]
    guard isEnd(end) else {
      throw ImportError(file: file, line: line, column: cells.count, reason: "expected a comma after the closing quote")
    }
    position += 1
    if end == UInt8(ascii: ",") { return true }
    if end == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
    nextLine += 1
    return false
  }

  /// The C library looks through many bytes at a time; a loop would take a quarter of a program's start.
  private mutating func endOfPlainCell() -> Int {
    bytes.withUnsafeBytes { bytes in
      func first(_ byte: UInt8, before end: Int) -> Int? {
        guard let start = bytes.baseAddress, let found = memchr(start + position, CInt(byte), end - position) else { return nil }
        return UnsafeRawPointer(found) - start
      }
      if position > lineEnd {
        lineEnd = first(0x0A, before: bytes.count) ?? bytes.count
        lineEnd = first(0x0D, before: lineEnd) ?? lineEnd
      }
      return first(UInt8(ascii: ","), before: lineEnd) ?? lineEnd
    }
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D }

  private mutating func quoted(column: Int) throws(ImportError) -> [UInt8] {
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard position < bytes.count, bytes[position] == byte else { return content }
        position += 1
      } else if byte == 0x0A {
        nextLine += 1
      }
      content.append(byte)
    }
    throw ImportError(file: file, line: line, column: column, reason: "the quoted text does not end")
  }
}
