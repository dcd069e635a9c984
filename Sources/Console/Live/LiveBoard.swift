import Events
import HostSampling
import ModelClients
import Routing
import Scheduling
import Synchronization

/// How the backends of a catalogue are, from everything that is seen of them: looks (``ServerWatcher``), the requests that go through here,
/// and what others tell. One value with one owner: breakers and the retry budget are those of all requests.
package final class LiveBoard: LiveFactsSource {
  private struct Backend {
    var health = LiveBackend.Health.unknown
    /// Looks in a row that found nobody.
    var misses = 0
    var isLoaded = false
    var inFlight = 0
    var latency = TaskTable(repeating: RunningMean())
    /// What another program said, and until when it counts.
    var told: (isHealthy: Bool, until: MonotonicTime)?
  }

  private struct State {
    var backends: [Backend]
    var breakers: ModelBreakers
    var budget: RetryBudget
    var loads = PendingLoads()
    var toldPressure: (pressure: Double, available: Int64?, until: MonotonicTime)?
  }

  private let catalog: ModelCatalog
  private let reserve: Int64
  private let host: @Sendable () -> HostSampler.Sample?
  private let now: @Sendable () -> MonotonicTime
  private let state: Mutex<State>

  /// Looks in a row without an answer after which a server counts as away: one may be lost.
  private static let missesToBeAway = 2
  /// How long the word of another program counts: its own looks should come more often.
  private static let memoryOfWords: Duration = .seconds(60)
  /// An answer that takes so many times the usual is slow: its backend's breaker hears of it.
  private static let slowFactor = 10.0
  /// Requests that Ollama answers at once by default (OLLAMA_NUM_PARALLEL).
  private static let ollamaRoom = 4.0

  /// - Parameters:
  ///   - reserve: Bytes of this host's memory that no model may take.
  ///   - host: The latest sample of this machine.
  package init(
    _ catalog: ModelCatalog, reserve: Int64, host: @escaping @Sendable () -> HostSampler.Sample? = { nil },
    now: @escaping @Sendable () -> MonotonicTime
  ) {
    self.catalog = catalog
    self.reserve = reserve
    self.host = host
    self.now = now
    state = Mutex(
      State(
        backends: Array(repeating: Backend(), count: catalog.backends.count), breakers: ModelBreakers(backends: catalog.backends.count),
        budget: RetryBudget(now: now())))
  }

  package func facts(of catalog: ModelCatalog) -> LiveFacts {
    let (sample, now) = (host(), now())
    return state.withLock { state in
      let committed = state.loads.committed(now)
      var host =
        sample.map { sample in
          LiveHost(
            memoryPressure: sample.pressure, roomBytes: sample.memory.room(reserve: reserve, committed: committed),
            availableBytes: sample.memory.available, cpuUsage: sample.processorUse)
        } ?? LiveHost()
      if let told = state.toldPressure, told.until > now {
        // Of two opinions the worse one.
        host.memoryPressure = max(host.memoryPressure ?? 0, told.pressure)
        if let available = told.available {
          host.availableBytes = min(host.availableBytes ?? .max, available)
          host.roomBytes = min(host.roomBytes ?? .max, available - reserve - committed)
        }
      }
      let backends = state.backends.indices.map { index in self.live(index, state, now) }
      return LiveFacts(backends: backends, host: host)
    }
  }

  private func live(_ index: Int, _ state: State, _ now: MonotonicTime) -> LiveBackend {
    let backend = state.backends[index]
    var live = LiveBackend()
    live.health = backend.health
    if let told = backend.told, told.until > now {
      // Somebody else's good word does not outweigh our own look.
      if !told.isHealthy { live.health = .unhealthy } else if live.health == .unknown { live.health = .healthy }
    }
    live.breaker = state.breakers.state(index, now)
    live.isLoaded = backend.isLoaded
    // A server elsewhere does not tell what room it has: nothing is said then.
    if catalog.backends[index].backend.kind == .ollama { live.load = min(1, Double(backend.inFlight) / Self.ollamaRoom) }
    for task in TaskType.allCases { live.latencySeconds[task] = backend.latency[task].mean }
    return live
  }

  // MARK: What is seen

  /// A look at a server, for all backends that are there.
  package func saw(_ look: ServerLook, at places: [Int]) {
    state.withLock { state in
      for index in places {
        state.backends[index].misses = look.isThere ? 0 : state.backends[index].misses + 1
        if look.isThere {
          let place = catalog.backends[index].backend
          // Ollama says what it has: a model that is not there cannot be asked.
          state.backends[index].health = look.ollama?.isInstalled(place.model) == false ? .unhealthy : .healthy
          state.backends[index].isLoaded = look.ollama?.isRunning(place.model) ?? false
          if state.backends[index].isLoaded { state.loads.end(backend: index) }
        } else if state.backends[index].misses >= Self.missesToBeAway {
          state.backends[index].health = .unhealthy
          state.backends[index].isLoaded = false
        }
      }
    }
  }

  /// Another program's word about a model, or about this host.
  package func hears(_ event: ConsumedEvent) {
    let until = now().advanced(by: Self.memoryOfWords)
    state.withLock { state in
      switch event {
      case .modelHealthChanged(let name, let isHealthy):
        guard let model = catalog.index(of: name) else { return }
        for index in catalog.backends.indices where catalog.backends[index].model == model {
          state.backends[index].told = (isHealthy, until)
        }
      case .resourceUpdated(let pressure, let available):
        state.toldPressure = (pressure, available.map { Int64(min($0, 1e9) * 1e9) }, until)
      }
    }
  }

  // MARK: Requests

  /// Who is asked now, counted as asked. Tell how it ended with ``answered(_:_:task:seconds:random:)`` or
  /// ``failed(_:_:_:afterFirstByte:random:)``.
  func next(_ failover: inout Failover) -> Failover.Attempt? {
    let now = now()
    return state.withLock { state in
      guard let attempt = failover.next(breakers: &state.breakers, budget: &state.budget, now: now) else { return nil }
      state.backends[attempt.backend].inFlight += 1
      let place = catalog.backends[attempt.backend]
      if place.backend.kind == .ollama, !state.backends[attempt.backend].isLoaded {
        state.loads.begin(backend: attempt.backend, bytes: catalog.models[place.model].memoryBytes ?? 0, now: now)
      }
      return attempt
    }
  }

  func answered(_ failover: Failover, _ attempt: Failover.Attempt, task: TaskType, seconds: Double, random: Double) {
    let now = now()
    state.withLock { state in
      state.backends[attempt.backend].inFlight -= 1
      state.loads.end(backend: attempt.backend)
      let usual = state.backends[attempt.backend].latency[task]
      let isSlow = usual.isSettled && seconds > usual.mean * Self.slowFactor
      state.backends[attempt.backend].latency[task].add(seconds)
      failover.answered(attempt, isSlow: isSlow, breakers: &state.breakers, now: now, random: random)
    }
  }

  func failed(_ failover: inout Failover, _ attempt: Failover.Attempt, _ failure: AttemptFailure, random: Double) {
    let now = now()
    state.withLock { state in
      state.backends[attempt.backend].inFlight -= 1
      state.loads.end(backend: attempt.backend)
      failover.failed(attempt, failure, afterFirstByte: false, breakers: &state.breakers, now: now, random: random)
    }
  }
}

/// A mean in which older values fade: the last twenty count most.
struct RunningMean: Sendable {
  private var count = 0
  private var value = 0.0

  /// Not a number while nothing is known.
  var mean: Double { count == 0 ? .nan : value }
  /// Enough to call another value unusual.
  var isSettled: Bool { count >= 10 }

  mutating func add(_ sample: Double) {
    count += 1
    value += (sample - value) / Double(min(count, 20))
  }
}
