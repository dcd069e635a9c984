/// The memory of a control group (cgroup v2): what a container may use. In bytes.
package struct CgroupMemory: Sendable, Equatable {
  package var current: Int64
  /// Beyond it the kernel kills; `nil` for no limit.
  package var max: Int64?
  /// Beyond it the kernel slows the group down and takes memory back; `nil` for no limit.
  package var high: Int64?
  /// Page cache that nobody has used lately: it goes when memory is needed, so it is not counted as used. As in the kubelet's working set.
  package var inactiveFile: Int64

  package init(current: Int64, max: Int64? = nil, high: Int64? = nil, inactiveFile: Int64 = 0) {
    self.current = current
    self.max = max
    self.high = high
    self.inactiveFile = inactiveFile
  }

  /// From the contents of `memory.current`, `memory.max`, `memory.high` and `memory.stat`; a file that is not there is `nil` (the root
  /// group has none of the limits). `nil` when `memory.current` is no number, or a limit is neither a number nor `max`.
  package init?(current: [UInt8], max: [UInt8]?, high: [UInt8]?, stat: [UInt8]?) {
    guard let used = Self.bytes(current) else { return nil }
    var limits: [Int64?] = []
    for text in [max, high] {
      guard let text else {
        limits.append(nil)
        continue
      }
      guard let limit = Self.limit(text) else { return nil }
      limits.append(limit)
    }
    self.init(current: used, max: limits[0], high: limits[1], inactiveFile: stat.map(Self.inactiveFile) ?? 0)
  }

  /// The lower of both limits.
  package var limit: Int64? { [max, high].compactMap(\.self).min() }

  private static func bytes(_ text: [UInt8]) -> Int64? {
    let lines = ProcText.lines(text)
    guard lines.count == 1, let words = lines.first.map(ProcText.words), words.count == 1 else { return nil }
    return ProcText.number(words[0])
  }

  /// `.some(nil)` for `max`.
  private static func limit(_ text: [UInt8]) -> Int64?? {
    let words = ProcText.lines(text).flatMap(ProcText.words)
    if words.count == 1, words[0].elementsEqual("max".utf8) { return .some(nil) }
    return bytes(text).map { .some($0) }
  }

  private static func inactiveFile(_ text: [UInt8]) -> Int64 {
    for line in ProcText.lines(text) {
      let words = ProcText.words(line)
      if words.count == 2, words[0].elementsEqual("inactive_file".utf8) { return ProcText.number(words[1]) ?? 0 }
    }
    return 0
  }
}
