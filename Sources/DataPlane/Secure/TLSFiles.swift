#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The contents of the files that TLS needs. Comparing contents notices every way of changing them: writing, renaming, and the
/// symbolic links that a mounted Secret swaps.
struct TLSFiles: Sendable, Equatable {
  /// A file that is larger holds no certificates.
  static let maximumBytes = 4 * 1024 * 1024

  var certificate: [UInt8]
  var key: [UInt8]
  var clientCA: [UInt8]?

  /// Reads until two readings agree, so that no half of a change is taken for a pair.
  init(_ settings: TLSSettings) throws(TLSError) {
    var latest = try Self(once: settings)
    for _ in 0..<5 {
      let again = try Self(once: settings)
      if again == latest { break }
      latest = again
    }
    self = latest
  }

  private init(once settings: TLSSettings) throws(TLSError) {
    certificate = try Self.read(settings.certificate, "certificate")
    key = try Self.read(settings.key, "key")
    clientCA = try settings.clientCA.map { (path) throws(TLSError) in try Self.read(path, "clientCA") }
  }

  private static func read(_ path: String, _ field: String) throws(TLSError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, field: field, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = chunk.withUnsafeMutableBytes { memory in
        guard let base = memory.baseAddress else { return 0 }
        return posixRead(descriptor, base, memory.count)
      }
      guard count >= 0 else { throw .unreadable(path: path, field: field, reason: String(cString: strerror(errno))) }
      guard count > 0 else { return bytes }
      guard bytes.count + count <= maximumBytes else { throw .unreadable(path: path, field: field, reason: "larger than 4 MiB") }
      bytes += chunk[..<count]
    }
  }
}

private func posixRead(_ descriptor: Int32, _ memory: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, memory, count)
}
