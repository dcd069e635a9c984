import Foundation
import HostSampling
import RecordStore
import ServiceLifecycle
import Synchronization

/// Tells of this host: a record every ten seconds, and an event when memory gets tight.
package final class HostTeller: Service {
  private let journal: RequestJournal
  private let records: RecordWriter?
  private let keeps: Duration
  private let alarm = Mutex(PressureAlarm())
  private let sampler = Mutex<HostSampler?>(nil)

  private static let interval: Duration = .seconds(10)
  /// Between two looks for records that are too old.
  private static let pruning: Duration = .seconds(600)

  /// - Parameter keeps: How long records are kept.
  package init(_ journal: RequestJournal, records: RecordWriter?, keeps: Duration) {
    self.journal = journal
    self.records = records
    self.keeps = keeps
  }

  /// Of the sampler, on its thread.
  package func sees(_ sample: HostSampler.Sample) {
    guard alarm.withLock({ $0.sees(sample.pressure) }) else { return }
    journal.publish(.resourcePressureHigh(pressure: sample.pressure, availableMemoryGB: Double(sample.memory.available) / 1e9))
  }

  /// Samples to record come from here.
  package func follow(_ sampler: HostSampler) { self.sampler.withLock { $0 = sampler } }

  package func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      var pruned = ContinuousClock.now - Self.pruning
      while !Task.isCancelled {
        if let sample = sampler.withLock({ $0?.sample }) { records?.append(.resource(SystemResource(sample))) }
        if ContinuousClock.now - pruned >= Self.pruning {
          pruned = .now
          // A store that is away is pruned another time.
          _ = try? await records?.prune(before: Date().addingTimeInterval(-(keeps / .seconds(1))))
        }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }
}
