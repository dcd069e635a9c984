import Foundation
import Routing
import Synchronization

/// How this machine is, looked at twenty times a second on a thread of its own: pressure that rises is known within 100 ms.
package final class HostSampler: Sendable {
  /// What was seen last.
  package struct Sample: Sendable, Equatable {
    package var memory: MemoryReading
    /// 0–1, of the last interval.
    package var pressure: Double
    /// Share of all processors' time in use since a second ago, 0–1; `nil` at first.
    package var processorUse: Double?
    package var at: Date

    package init(memory: MemoryReading, pressure: Double, processorUse: Double?, at: Date) {
      self.memory = memory
      self.pressure = pressure
      self.processorUse = processorUse
      self.at = at
    }
  }

  package static let interval: Duration = .milliseconds(50)
  /// Looks over which the use of the processors is told: a second.
  private static let processorLooks = 20

  private let files: HostFiles
  private let interval: Duration
  private let current: Mutex<Sample?>
  private let isStopped = Atomic(false)
  private let onSample: @Sendable (Sample) -> Void

  /// - Parameter onSample: Called on the sampler's thread with each sample.
  package init(_ files: HostFiles = HostFiles(), interval: Duration = interval, onSample: @escaping @Sendable (Sample) -> Void = { _ in }) {
    self.files = files
    self.interval = interval
    self.onSample = onSample
    // There is something to tell from the start.
    current = Mutex(files.memory().map { Sample(memory: $0, pressure: $0.pressure(), processorUse: nil, at: Date()) })
  }

  /// `nil` on a machine that tells nothing.
  package var sample: Sample? { current.withLock { $0 } }

  package func start() {
    let thread = Thread { [self] in
      var last = ContinuousClock.now
      var memory = files.memory()
      var processors: [(busy: Int64, total: Int64)] = []
      while !isStopped.load(ordering: .relaxed) {
        Thread.sleep(forTimeInterval: interval / .seconds(1))
        let now = ContinuousClock.now
        guard let reading = files.memory() else { continue }
        if let times = files.processorTimes() { processors.append(times) }
        if processors.count > Self.processorLooks + 1 { processors.removeFirst() }
        let sample = Sample(
          memory: reading, pressure: reading.pressure(since: memory, seconds: (now - last) / .seconds(1)),
          processorUse: Self.use(processors), at: Date())
        (memory, last) = (reading, now)
        current.withLock { $0 = sample }
        onSample(sample)
      }
    }
    thread.name = "podium.host"
    thread.start()
  }

  /// The thread ends soon.
  package func stop() { isStopped.store(true, ordering: .relaxed) }

  private static func use(_ times: [(busy: Int64, total: Int64)]) -> Double? {
    guard let first = times.first, let last = times.last, last.total > first.total else { return nil }
    return min(1, max(0, Double(last.busy - first.busy) / Double(last.total - first.total)))
  }
}
