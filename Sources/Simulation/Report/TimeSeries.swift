/// Who waited and who ran over a run, in steps of equal width: never more than ``most``, however long the run is.
///
/// ```
///   step  step  step  …  (most of them are there)  ──▶  pairs become one, twice as wide, and so on
/// ```
package struct TimeSeries: Sendable, Equatable {
  package struct Step: Sendable, Equatable {
    /// Seconds × requests, by tier.
    fileprivate var waiting: [Double]
    fileprivate var inUse: [Double]
    /// Seconds that have passed in it: less than the width in the last one.
    fileprivate var covered = 0.0

    fileprivate init(tiers: Int) {
      waiting = Array(repeating: 0, count: tiers)
      inUse = waiting
    }

    /// Requests of the tier that waited, on average.
    package func waiting(tier: Int) -> Double { covered > 0 ? waiting[tier] / covered : 0 }
    /// Slots that the tier used, on average.
    package func inUse(tier: Int) -> Double { covered > 0 ? inUse[tier] / covered : 0 }

    fileprivate mutating func add(_ seconds: Double, _ waitingNow: [Int], _ inUseNow: [Int]) {
      covered += seconds
      for tier in waiting.indices {
        waiting[tier] += seconds * Double(waitingNow[tier])
        inUse[tier] += seconds * Double(inUseNow[tier])
      }
    }

    fileprivate mutating func merge(_ other: Step) {
      covered += other.covered
      for tier in waiting.indices {
        waiting[tier] += other.waiting[tier]
        inUse[tier] += other.inUse[tier]
      }
    }
  }

  /// Twice as fine as a drawing is wide.
  package static let most = 1_024

  package private(set) var steps: [Step] = []
  /// Of a step, in seconds.
  package private(set) var width: Double
  private let tiers: Int
  private var time = 0.0

  /// - Parameter duration: What the run is expected to take, in seconds; it may take longer.
  init(tiers: Int, duration: Double) {
    self.tiers = tiers
    width = max(duration, 1e-6) / Double(Self.most / 2)
  }

  /// Until `time`, in seconds since the start, these many wait and run.
  mutating func advance(to end: Double, waiting: [Int], inUse: [Int]) {
    while time < end {
      var index = Int(time / width)
      if index >= Self.most {
        coarsen()
        index = Int(time / width)
      }
      while steps.count <= index { steps.append(Step(tiers: tiers)) }
      // A step's end that rounding puts at `time` itself must not stop time.
      let boundary = Double(index + 1) * width
      let next = min(end, boundary > time ? boundary : time + width)
      steps[index].add(next - time, waiting, inUse)
      time = next
    }
  }

  private mutating func coarsen() {
    var merged: [Step] = []
    for index in stride(from: 0, to: steps.count, by: 2) {
      var step = steps[index]
      if index + 1 < steps.count { step.merge(steps[index + 1]) }
      merged.append(step)
    }
    steps = merged
    width *= 2
  }
}
