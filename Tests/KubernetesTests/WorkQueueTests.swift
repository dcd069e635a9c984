import Kubernetes
import Testing

@Suite struct WorkQueueTests {
  @Test("Keys come out in the order in which they were added, each once")
  func order() {
    var queue = WorkQueue<String>()
    for key in ["a", "b", "a", "c", "b"] { queue.add(key) }
    #expect(queue.readyCount == 3)
    #expect([queue.next(now: .zero), queue.next(now: .zero), queue.next(now: .zero), queue.next(now: .zero)] == ["a", "b", "c", nil])
  }

  @Test("A key that is worked on is not given out again until it is done")
  func serialisation() {
    var queue = WorkQueue<String>()
    queue.add("a")
    #expect(queue.next(now: .zero) == "a")
    queue.add("a")
    queue.add("a")
    #expect(queue.next(now: .zero) == nil)
    queue.done("a")
    #expect(queue.next(now: .zero) == "a")
    queue.done("a")
    #expect(queue.next(now: .zero) == nil)
    #expect(queue.processingCount == 0)
  }

  @Test("Delayed keys come when they are due, the earliest first, and of several times the earliest counts")
  func delays() {
    var queue = WorkQueue<String>()
    queue.add("late", after: .seconds(3), now: .zero)
    queue.add("early", after: .seconds(1), now: .zero)
    queue.add("late", after: .seconds(2), now: .zero)
    queue.add("early", after: .seconds(9), now: .zero)
    #expect(queue.nextDue == .seconds(1))
    #expect(queue.next(now: .milliseconds(999)) == nil)
    #expect(queue.next(now: .seconds(1)) == "early")
    #expect(queue.nextDue == .seconds(2))
    #expect(queue.next(now: .seconds(5)) == "late")
    #expect(queue.nextDue == nil)
    #expect(queue.next(now: .seconds(99)) == nil)
  }

  @Test("Failures double a key's own delay up to five minutes; success starts over")
  func backoff() {
    var queue = WorkQueue<String>()
    var delays: [Duration] = []
    for _ in 0..<20 { delays.append(queue.retry("a", now: .zero, random: 0)) }
    #expect(delays.prefix(4) == [.milliseconds(5), .milliseconds(10), .milliseconds(20), .milliseconds(40)])
    #expect(delays.last == .seconds(300))
    #expect(queue.retry("b", now: .zero, random: 0) == .milliseconds(5))
    queue.forget("a")
    #expect(queue.failureCount("a") == 0)
    #expect(queue.retry("a", now: .zero, random: 0) == .milliseconds(5))
  }

  @Test("Whatever happens, no key is lost and none is worked on twice at a time", arguments: 0..<50 as Range<UInt64>)
  func invariants(seed: UInt64) {
    var generator = SplitMix(state: seed)
    var queue = WorkQueue<Int>()
    var owed: Set<Int> = []
    var working: Set<Int> = []
    var now: Duration = .zero
    for _ in 0..<2000 {
      let key = Int.random(in: 0..<20, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0:
        queue.add(key)
        owed.insert(key)
      case 1:
        queue.add(key, after: .milliseconds(Int.random(in: 0..<50, using: &generator)), now: now)
        owed.insert(key)
      case 2, 3:
        if let next = queue.next(now: now) {
          #expect(working.insert(next).inserted, "seed \(seed): \(next) twice at a time")
          #expect(owed.remove(next) != nil || queue.delayedCount >= 0)
        }
      default:
        if let done = working.randomElement(using: &generator) {
          working.remove(done)
          queue.done(done)
        }
        now += .milliseconds(7)
      }
    }
    for key in working { queue.done(key) }
    var left: Set<Int> = []
    while let next = queue.next(now: now + .seconds(60)) {
      left.insert(next)
      queue.done(next)
    }
    #expect(owed.subtracting(left).isEmpty, "seed \(seed): lost \(owed.subtracting(left))")
  }
}

@Suite struct RateTests {
  @Test("A bucket lets its burst through at once and then keeps the rate")
  func bucket() {
    var bucket = TokenBucket(rate: 10, burst: 3)
    #expect((0..<3).map { _ in bucket.take(now: .zero) } == [.zero, .zero, .zero])
    #expect(bucket.take(now: .zero) == .milliseconds(100))
    #expect(bucket.take(now: .zero) == .milliseconds(200))
    #expect(bucket.take(now: .seconds(10)) == .zero)
  }

  @Test("Jitter adds at most its part")
  func jitter() {
    let backoff = Backoff(base: .seconds(1), maximum: .seconds(8), jitter: 0.5)
    #expect(backoff.delay(0, random: 0) == .seconds(1))
    #expect(backoff.delay(2, random: 0.5) == .seconds(5))
    #expect(backoff.delay(1000, random: 0) == .seconds(8))
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
