import Foundation

/// The person at the other end, when there is one.
enum Terminal {
  /// Somebody reads and types: questions go to standard error, so that standard output stays what was asked for.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// `nil` at the end of the input.
  static func ask(_ question: String) -> String? {
    FileHandle.standardError.write(Data(question.utf8))
    return readLine(strippingNewline: true)
  }

  static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// All of standard input, up to a limit in bytes and one more.
  static func standardInput(limit: Int) -> String {
    var data = Data()
    while data.count <= limit, let chunk = try? FileHandle.standardInput.read(upToCount: limit + 1 - data.count), !chunk.isEmpty {
      data += chunk
    }
    return String(decoding: data, as: UTF8.self)
  }
}
