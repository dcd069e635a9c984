import Foundation

/// A file that only its owner can read.
enum PrivateFile {
  /// Writes it whole or not at all, with its folder.
  static func write(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: path)
    do {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url, options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
      throw CleanFailure("cannot write \(path): \(UserFile.plain(error))")
    }
  }
}
