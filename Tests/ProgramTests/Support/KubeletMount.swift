import Foundation
import TestKit

/// A Secret as a kubelet mounts it, and updates it:
///
///     policy.json ─▶ ..data/policy.json      ..data ─▶ ..2026_11_21_19_00_00.1      ..2026_11_21_19_00_00.1/policy.json
///
/// An update writes another folder and swaps the link `..data` by renaming: the file's own link never changes.
final class KubeletMount: Sendable {
  private let directory: TemporaryDirectory
  var path: String { directory.path }

  init() throws { directory = try TemporaryDirectory() }

  /// Writes all files of the next version, as one change.
  func update(_ files: [String: String]) throws {
    let manager = FileManager.default
    let version = "..\(UUID().uuidString)"
    try manager.createDirectory(atPath: "\(path)/\(version)", withIntermediateDirectories: false)
    for (name, text) in files { try directory.write(text, to: "\(version)/\(name)") }
    let before = try? manager.destinationOfSymbolicLink(atPath: "\(path)/..data")
    try manager.createSymbolicLink(atPath: "\(path)/..data_tmp", withDestinationPath: version)
    guard rename("\(path)/..data_tmp", "\(path)/..data") == 0 else { throw TestKitError("..data cannot be swapped") }
    for name in files.keys where (try? manager.destinationOfSymbolicLink(atPath: "\(path)/\(name)")) == nil {
      try manager.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: "..data/\(name)")
    }
    if let before { try manager.removeItem(atPath: "\(path)/\(before)") }
  }
}
