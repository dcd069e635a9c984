import Foundation
import Routing
import Synchronization
import TestKit
import Testing

@testable import HostSampling

@Suite struct `A host's memory and processors` {
  @Test func `are read on this machine, and agree with the kernel`() async throws {
    let reading = try #require(HostFiles().memory())
    let told = try await Command.run("grep", ["MemTotal", "/proc/meminfo"]).output
    #expect(told.contains("\(reading.host.total / 1024) kB"))
    #expect(reading.available > 0 && reading.available <= reading.limit && reading.limit <= reading.host.total)
    let times = try #require(HostFiles().processorTimes())
    #expect(times.busy > 0 && times.busy < times.total)
  }

  @Test func `in a container are those of its control group`() throws {
    let host = try FakeHost()
    try host.write("0::/kubepods/pod7\n", "proc/self/cgroup")
    try host.group("kubepods/pod7", current: 3 << 30, max: "4294967296")
    let reading = try #require(HostFiles(root: host.root).memory())
    #expect(reading.limit == 4 << 30 && reading.available == 1 << 30)
    #expect(abs(reading.pressure() - 0.75) < 1e-9)
  }

  @Test func `of a container that sees only its own group are found where it is mounted`() throws {
    let host = try FakeHost()
    try host.write("0::/../elsewhere\n", "proc/self/cgroup")
    try host.group("", current: 1 << 30, max: "max")
    let reading = try #require(HostFiles(root: host.root).memory())
    #expect(reading.group?.current == 1 << 30 && reading.limit == 16 << 30)
  }

  @Test func `that are not told are not made up`() throws {
    let folder = try TemporaryDirectory()
    let files = HostFiles(root: folder.path)
    #expect(files.memory() == nil && files.processorTimes() == nil)
    #expect(HostSampler(files).sample == nil)
  }

  @Test func `are known anew a tenth of a second after they changed`() async throws {
    let host = try FakeHost()
    let seen = Mutex<[(Date, Double)]>([])
    let sampler = HostSampler(HostFiles(root: host.root)) { sample in seen.withLock { $0.append((Date(), sample.pressure)) } }
    #expect(sampler.sample?.pressure == 0.25)
    sampler.start()
    defer { sampler.stop() }
    try await eventually("there are samples", within: .seconds(20)) { seen.withLock { $0.count > 3 } }
    try host.meminfo(availableKB: 1 << 20)
    let changed = Date()
    try await eventually("the change is seen", within: .seconds(20)) { sampler.sample.map { $0.pressure > 0.9 } ?? false }
    // By looks and not by the clock, which a busy machine stretches: at most the one that was under way is behind.
    let stale = seen.withLock { seen in seen.filter { $0.0 >= changed && $0.1 < 0.9 }.count }
    #expect(stale <= 1)
    #expect(HostSampler.interval * 2 <= .milliseconds(100))
  }
}

/// A machine of 16 GiB in files.
private struct FakeHost {
  private let folder: TemporaryDirectory
  var root: String { folder.path }

  init() throws {
    folder = try TemporaryDirectory()
    try meminfo(availableKB: 12 << 20)
  }

  func meminfo(availableKB: Int) throws {
    // Into place at once, as the kernel would show it.
    try write("MemTotal: \(16 << 20) kB\nMemFree: \(1 << 20) kB\nMemAvailable: \(availableKB) kB\n", "proc/meminfo.new")
    guard rename("\(root)/proc/meminfo.new", "\(root)/proc/meminfo") == 0 else { throw TestKitError("rename failed") }
  }

  func group(_ path: String, current: Int, max: String) throws {
    let folder = path.isEmpty ? "sys/fs/cgroup" : "sys/fs/cgroup/\(path)"
    try write("\(current)\n", "\(folder)/memory.current")
    try write("\(max)\n", "\(folder)/memory.max")
  }

  func write(_ text: String, _ path: String) throws {
    let file = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }
}
