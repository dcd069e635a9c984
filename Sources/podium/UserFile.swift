import ArgumentParser
import Foundation

/// Files that a user names: read and written whole, with errors in plain words.
enum UserFile {
  /// - Parameters:
  ///   - path: A file, a pipe such as a shell's `<(…)`, or `-` for standard input.
  ///   - option: The option that named it, for the error.
  ///   - limit: Bytes; more are refused.
  static func read(_ path: String, option: String? = nil, limit: Int = 256 << 20) throws -> [UInt8] {
    let prefix = option.map { "\($0): " } ?? ""
    let file: FileHandle
    if path == "-" {
      file = .standardInput
    } else {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw ValidationError("\(prefix)cannot read \(path): \(reason())") }
      file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        throw ValidationError("\(prefix)cannot read \(path): it is a folder; name a file")
      }
    }
    guard let data = try? file.read(upToCount: limit + 1) ?? Data() else {
      throw ValidationError("\(prefix)cannot read \(path): \(reason())")
    }
    guard data.count <= limit else { throw ValidationError("\(prefix)\(path) has more than \(limit >> 20) MB") }
    return [UInt8](data)
  }

  /// At once: whoever reads the file meanwhile sees the old or the new one.
  static func write(_ text: String, to path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CleanFailure("cannot write \(path): \(plain(error))")
    }
  }

  /// Foundation wraps what the kernel said in what nobody understands.
  static func plain(_ error: any Error) -> String {
    let wrapped = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let wrapped, wrapped.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
    return String(cString: strerror(Int32(wrapped.code))).lowercased()
  }

  /// Of the last call: `no such file or directory`, `permission denied`.
  private static func reason() -> String { String(cString: strerror(errno)).lowercased() }
}
