import Foundation
import JSON
import Routing
import Scheduling
import Testing

@Suite("The host's memory")
struct MemoryTests {
  /// From a machine with Linux 6.1, shortened.
  static let meminfo = """
    MemTotal:       16384256 kB
    MemFree:          402112 kB
    MemAvailable:    9830400 kB
    Buffers:          211232 kB
    Cached:          8912344 kB
    SwapCached:         1024 kB
    SwapTotal:       2097152 kB
    SwapFree:        1572864 kB
    HugePages_Total:       0
    Hugepagesize:       2048 kB
    """

  @Test("/proc/meminfo is read in bytes")
  func readsMeminfo() throws {
    let totals = try #require(MemoryTotals(meminfo: Self.meminfo.utf8))
    #expect(totals.total == 16_384_256 * 1024 && totals.available == 9_830_400 * 1024 && totals.free == 402_112 * 1024)
    #expect(totals.swapUsed == 0.25)
  }

  @Test(
    "This machine's own files are understood, where there are any", .enabled(if: FileManager.default.fileExists(atPath: "/proc/meminfo")))
  func ownFiles() throws {
    let totals = try #require(MemoryTotals(meminfo: [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/proc/meminfo")))))
    #expect(totals.total > 0 && totals.available > 0 && totals.available <= totals.total)
    if let stall = try? Data(contentsOf: URL(fileURLWithPath: "/proc/pressure/memory")), !stall.isEmpty {
      #expect(StallTimes(pressure: [UInt8](stall)) != nil)
    }
  }

  @Test(
    "What is not /proc/meminfo is nothing, and nothing crashes",
    arguments: [
      "", "\n\n\n", "MemTotal:", "MemTotal: kB", "MemTotal: 12", "MemTotal: -5 kB", "MemTotal: 0 kB", "MemTotal: 99999999999999999999 kB",
      "MemTotal: 9223372036854775807 kB", "memtotal: 5 kB", "MemTotal 5 kB", "{\"MemTotal\": 5}", "MemTotal: 0x10 kB", "MemTotal: 1e9 kB",
    ])
  func hostileMeminfo(text: String) { #expect(MemoryTotals(meminfo: text.utf8) == nil) }

  @Test("Fields that contradict each other are cut to what is possible, and an old kernel's are added up")
  func oddMeminfo() throws {
    let odd = try #require(
      MemoryTotals(meminfo: "MemTotal: 100 kB\nMemTotal: 1 kB\nMemAvailable: 500 kB\nSwapTotal: 1 kB\nSwapFree: 9 kB".utf8))
    #expect(odd.total == 102_400 && odd.available == odd.total && odd.swapUsed == 0)
    let old = try #require(MemoryTotals(meminfo: "MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB".utf8))
    #expect(old.available == 35 * 1024)
    let huge = try #require(
      MemoryTotals(meminfo: "MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 9007199254740991 kB\nCached: 9007199254740991 kB".utf8))
    #expect(huge.available == huge.total)
  }

  @Test("Random bytes never crash a parser", arguments: 0..<50)
  func fuzz(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = Array("MemTotal: kB\n0123456789.=some full avg10 total max inactive_file \t\r\u{0}é".utf8)
    for _ in 0..<200 {
      let bytes = (0..<Int(random.next() % 200)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
      if let totals = MemoryTotals(meminfo: bytes) { #expect(totals.available <= totals.total, "seed \(seed)") }
      _ = StallTimes(pressure: bytes)
      _ = CgroupMemory(current: bytes, max: bytes, high: bytes, stat: bytes)
    }
  }

  @Test("Pressure stall information is read, with its totals")
  func readsStall() throws {
    let text = "some avg10=12.50 avg60=3.00 avg300=0.10 total=123456789\nfull avg10=2.25 avg60=0.00 avg300=0.00 total=2345\n"
    let stall = try #require(StallTimes(pressure: text.utf8))
    #expect(stall.some == .init(average10: 0.125, totalMicroseconds: 123_456_789))
    #expect(stall.full == .init(average10: 0.0225, totalMicroseconds: 2345))
    #expect(StallTimes(pressure: "some avg10=0.00 avg60=0.00 avg300=0.00 total=0".utf8)?.full.totalMicroseconds == 0)
  }

  @Test(
    "What is not pressure stall information is nothing",
    arguments: [
      "", "full avg10=0.00 total=0", "some", "some avg10=0.00", "some total=5", "some avg10=-1 total=0", "some avg10=101 total=0",
      "some avg10=nan total=0", "some avg10=0.00 total=99999999999999999999", "some avg10=0.00 total=1\nsome avg10=0.00 total=1",
      "some avg10 0.00 total 1", "none avg10=0.00 total=1", "some avg10=1.2.3 total=1",
    ])
  func hostileStall(text: String) { #expect(StallTimes(pressure: text.utf8) == nil) }

  @Test("A control group's files are read; the lower limit counts")
  func readsCgroup() throws {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    let stat = bytes("anon 100\nfile 900\ninactive_file 300\nactive_file 600\n")
    let group = try #require(CgroupMemory(current: bytes("1000\n"), max: bytes("4000\n"), high: bytes("3000\n"), stat: stat))
    #expect(group == CgroupMemory(current: 1000, max: 4000, high: 3000, inactiveFile: 300) && group.limit == 3000)
    #expect(CgroupMemory(current: bytes("1000"), max: bytes("max\n"), high: bytes("max"), stat: nil)?.limit == nil)
    #expect(CgroupMemory(current: bytes("1000"), max: nil, high: nil, stat: nil)?.limit == nil)
    for hostile in ["", "max", "-1", "1 2", "1\n2", "99999999999999999999", "1.5"] {
      #expect(CgroupMemory(current: bytes(hostile), max: nil, high: nil, stat: nil) == nil, "\(hostile)")
    }
    for hostile in ["", "min", "-1", "1 2", "1.5"] {
      #expect(CgroupMemory(current: bytes("1"), max: bytes(hostile), high: nil, stat: nil) == nil, "\(hostile)")
    }
  }

  @Test("Inside a control group only what it may use is available, without page cache that nobody uses")
  func available() {
    let host = MemoryTotals(total: 16_000, available: 10_000)
    #expect(MemoryReading(host: host).available == 10_000)
    let roomy = MemoryReading(host: host, group: CgroupMemory(current: 1000, max: 4000, inactiveFile: 300))
    #expect(roomy.limit == 4000 && roomy.available == 3300)
    let wide = MemoryReading(host: host, group: CgroupMemory(current: 1000, max: 100_000))
    #expect(wide.limit == 16_000 && wide.available == 10_000)
    #expect(MemoryReading(host: host, group: CgroupMemory(current: 9000, max: 4000)).available == 0)
  }

  @Test("Pressure is the greater of what is in use and what is lost to waiting, and shows a change at once")
  func pressure() {
    func reading(_ available: Int64, some: (Double, Int64) = (0, 0), full: (Double, Int64) = (0, 0)) -> MemoryReading {
      MemoryReading(
        host: MemoryTotals(total: 1000, available: available),
        stall: StallTimes(
          some: .init(average10: some.0, totalMicroseconds: some.1), full: .init(average10: full.0, totalMicroseconds: full.1)))
    }
    #expect(reading(750).pressure() == 0.25 && reading(0).pressure() == 1)
    #expect(reading(750, some: (0.5, 0)).pressure() == 0.5)
    #expect(abs(reading(750, full: (0.3, 0)).pressure() - 0.5) < 1e-12 && reading(750, full: (0.9, 0)).pressure() == 1)
    // 50 ms apart, 40 of them lost: the kernel's averages have not moved yet.
    let (before, after) = (reading(750, some: (0, 1_000_000)), reading(750, some: (0, 1_040_000)))
    #expect(abs(after.pressure(since: before, seconds: 0.05) - 0.8) < 1e-9 && after.pressure() == 0.25)
    // Counters that went back say nothing.
    #expect(before.pressure(since: after, seconds: 0.05) == 0.25)
  }

  @Test("A model fits when it leaves the reserve, and what is on its way in is taken already")
  func fits() {
    let reading = MemoryReading(host: MemoryTotals(total: 16_000_000_000, available: 10_000_000_000))
    #expect(reading.fits(9_000_000_000, reserve: 1_000_000_000) && !reading.fits(9_000_000_001, reserve: 1_000_000_000))
    var pending = PendingLoads()
    let now = MonotonicTime.zero
    pending.begin(backend: 3, bytes: 5_000_000_000, now: now)
    pending.begin(backend: 3, bytes: 5_000_000_000, now: now)
    #expect(pending.committed(now) == 5_000_000_000)
    #expect(reading.room(reserve: 1_000_000_000, committed: pending.committed(now)) == 4_000_000_000)
    #expect(pending.committed(now.advanced(by: PendingLoads.patience)) == 0)
    pending.end(backend: 3)
    #expect(pending.committed(now) == 0)
    #expect(reading.room(reserve: .max, committed: .max) < 0 || reading.room(reserve: .max) < 0)
  }

  @Test("Two requests at once do not each load a model that only fits alone")
  func twoLoads() throws {
    let router = try Sample.router([Sample.model("a", quality: 0.9, memoryGB: 6), Sample.model("b", memoryGB: 6)])
    let reading = MemoryReading(host: MemoryTotals(total: 16_000_000_000, available: 10_000_000_000))
    var pending = PendingLoads()
    func live() -> LiveFacts {
      LiveFacts(host: LiveHost(roomBytes: reading.room(reserve: 1_000_000_000, committed: pending.committed(.zero))))
    }
    let first = try #require(router.select(Sample.request(), live: live()).chosen)
    pending.begin(backend: first.backend, bytes: 6_000_000_000, now: .zero)
    #expect(router.select(Sample.request(), live: live()).chosen == nil)
  }

  @Test("Ollama's lists are read; a name without a tag is the latest")
  func ollama() throws {
    let tags: JSONValue = [
      "models": [
        ["name": "gemma2:9b", "size": 5_000_000_000], ["name": "nomic:latest", "size": 300], ["size": 1], ["name": "x", "size": -1],
      ]
    ]
    let running: JSONValue = ["models": [["name": "gemma2:9b", "size": 6_000_000_000, "size_vram": 2_000_000_000, "expires_at": "x"]]]
    let models = try #require(OllamaModels(tags: tags, processes: running))
    #expect(models.isInstalled("nomic") && models.isInstalled("nomic:latest") && !models.isInstalled("x") && !models.isInstalled("gemma2"))
    #expect(models.isRunning("gemma2:9b") && !models.isRunning("nomic"))
    #expect(models.running[0].hostBytes == 4_000_000_000)
    #expect(models.neededBytes("gemma2:9b") == 6_000_000_000 && models.neededBytes("unknown") == nil)
    #expect(OllamaModels(tags: ["error": "x"], processes: running) == nil && OllamaModels(tags: [], processes: []) == nil)
  }
}
