import Foundation

/// Where things are, found from this file's own place.
package enum Places {
  /// The folder of Package.swift.
  package static let repository: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// Where hack/ keeps what it built or downloaded: PODIUM_CACHE, or ~/.cache/podium.
  package static let cache: String = {
    let environment = ProcessInfo.processInfo.environment
    return environment["PODIUM_CACHE"] ?? "\(environment["HOME"] ?? "/tmp")/.cache/podium"
  }()

  /// The folder of design notes, foreign CRDs and schemas that may lie beside the repository; `nil` where there is none.
  package static let shared: String? = {
    let path = URL(fileURLWithPath: "\(repository)/../shared").standardized.path
    return FileManager.default.fileExists(atPath: "\(path)/crds") ? path : nil
  }()

  /// The text of a file of the repository.
  package static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path.hasPrefix("/") ? path : "\(repository)/\(path)", encoding: .utf8)
  }

  /// The files below a folder of the repository that end in `suffix`: paths relative to the repository, sorted.
  package static func files(below folder: String, suffix: String) -> [String] {
    let root = "\(repository)/\(folder)"
    guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
    return walk.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }.sorted()
  }
}

/// A folder that goes away with this value.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    path = "\(NSTemporaryDirectory())podium-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }
}

/// A TCP port on loopback that was free a moment ago. Prefer port 0 where the program under test can report what it got.
package func ephemeralPort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { throw TestKitError("no socket: \(String(cString: strerror(errno)))") }
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let done = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
    }
  }
  guard done else { throw TestKitError("no free port: \(String(cString: strerror(errno)))") }
  return Int(UInt16(bigEndian: address.sin_port))
}
