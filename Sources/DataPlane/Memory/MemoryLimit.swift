#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How much memory this process may use.
enum MemoryLimit {
  /// In bytes: the limit of the control group (a container's memory limit), else what the machine has.
  static var bytes: Int {
    let physical = Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
    let group = number(in: "/sys/fs/cgroup/memory.max") ?? number(in: "/sys/fs/cgroup/memory/memory.limit_in_bytes")
    return min(group ?? physical, physical)
  }

  /// `nil` when there is no such file, or it says that there is no limit.
  static func number(in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let digits = line.prefix { $0 >= 48 && $0 <= 57 }.map { UInt8($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
