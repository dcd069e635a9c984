import Routing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads what the kernel tells of this machine. Each read is a few tens of microseconds; nothing is kept open.
package struct HostFiles: Sendable {
  /// Before each path: `/` but in tests.
  private let root: String
  /// The folder of this process' control group, with a slash at its end; `nil` without cgroup v2.
  private let group: String?

  /// What `/proc` and `/sys` give for one file, at most.
  private static let maximumSize = 65_536

  package init(root: String = "/") {
    let root = root.hasSuffix("/") ? root : root + "/"
    self.root = root
    // `0::/path`; inside a container it is `0::/`, and its own group is what is mounted.
    let line = (Self.read("\(root)proc/self/cgroup") ?? []).split(separator: UInt8(ascii: "\n")).first {
      $0.starts(with: Array("0::/".utf8))
    }
    let path = line.map { String(decoding: $0.dropFirst(4), as: UTF8.self) } ?? ""
    let folders = [path.isEmpty ? "\(root)sys/fs/cgroup/" : "\(root)sys/fs/cgroup/\(path)/", "\(root)sys/fs/cgroup/"]
    group = folders.first { Self.read("\($0)memory.current") != nil }
  }

  /// `nil` where there is no `/proc/meminfo`.
  package func memory() -> MemoryReading? {
    guard let text = Self.read("\(root)proc/meminfo"), let host = MemoryTotals(meminfo: text) else { return nil }
    var reading = MemoryReading(host: host)
    if let group, let current = Self.read("\(group)memory.current") {
      reading.group = CgroupMemory(
        current: current, max: Self.read("\(group)memory.max"), high: Self.read("\(group)memory.high"),
        stat: Self.read("\(group)memory.stat"))
    }
    // The group's own waits when it has a limit of its own; else the machine's.
    let stall = (reading.group?.limit).flatMap { _ in group }.flatMap { Self.read("\($0)memory.pressure") }
    reading.stall = (stall ?? Self.read("\(root)proc/pressure/memory")).flatMap { StallTimes(pressure: $0) }
    return reading
  }

  /// Time of all processors since the start, in ticks: in use, and at all. `nil` where there is no `/proc/stat`.
  package func processorTimes() -> (busy: Int64, total: Int64)? {
    guard let text = Self.read("\(root)proc/stat"), let line = text.split(separator: UInt8(ascii: "\n")).first else { return nil }
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.first?.elementsEqual("cpu".utf8) == true else { return nil }
    // user nice system idle iowait irq softirq steal; guest time is counted in user already.
    let ticks = words.dropFirst().prefix(8).compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
    guard ticks.count >= 4 else { return nil }
    let idle = ticks[3] + (ticks.count > 4 ? ticks[4] : 0)
    let total = ticks.reduce(0, &+)
    return (total - idle, total)
  }

  private static func read(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 8192)
    while bytes.count < maximumSize {
      let count = Glibc.read(file, &part, part.count)
      guard count > 0 else { return count == 0 ? bytes : nil }
      bytes.append(contentsOf: part[..<count])
    }
    return bytes
  }
}
