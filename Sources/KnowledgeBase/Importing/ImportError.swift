/// Why a file cannot be imported, and where. A file with one wrong cell is refused whole.
package struct ImportError: Error, Equatable, CustomStringConvertible {
  package let file: String
  /// From 1; 0 when the whole file is meant.
  package let line: Int
  /// The number of the cell in its line, from 1; 0 when the whole line is meant.
  package let column: Int
  package let reason: String

  package init(file: String, line: Int = 0, column: Int = 0, reason: String) {
    self.file = file
    self.line = line
    self.column = column
    self.reason = reason
  }

  package var description: String {
    let place = (line > 0 ? ", line \(line)" : "") + (column > 0 ? ", column \(column)" : "")
    return "\(file)\(place): \(reason)"
  }
}
