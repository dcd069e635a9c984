import Kubernetes

/// Cuts a stream of bytes into lines. What follows the last line end stays: half a line is no line.
package struct LineBuffer: Sendable {
  /// An object is at most 1.5 MiB in etcd by default, escaped and wrapped in an event somewhat more.
  package static let maximumLine = 16 << 20

  private var rest: [UInt8] = []

  package init() {}

  /// The lines that `bytes` completes, without their ends; empty lines are left out.
  package mutating func feed(_ bytes: [UInt8]) throws(KubeError) -> [ArraySlice<UInt8>] {
    let text = rest.isEmpty ? bytes : rest + bytes
    var lines: [ArraySlice<UInt8>] = []
    // What was kept holds no line end: the search goes on where it stopped.
    var start = 0
    var search = rest.count
    while let end = text[search...].firstIndex(of: UInt8(ascii: "\n")) {
      if end > start { lines.append(text[start..<end]) }
      start = end + 1
      search = start
    }
    rest = Array(text[start...])
    guard rest.count <= Self.maximumLine else { throw KubeError.decode("a watch line longer than \(Self.maximumLine >> 20) MiB") }
    return lines
  }

  /// Whether the stream has stopped in the middle of a line.
  package var isPartial: Bool { !rest.isEmpty }
}
