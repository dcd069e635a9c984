import Logging
import NIOCore
import Scheduling
import Synchronization

/// What all event loops of one data plane share.
final class DataPlaneContext: Sendable {
  let configuration: DataPlaneConfiguration
  let logger: Logger
  let endpoints = EndpointTable()
  let series: SeriesRegistry
  let variants = VariantRegistry()
  let inboxes: [LoopInbox]
  /// `nil` where no token can be verified.
  let tokens: TokenDesk?
  let fleet = FleetBoard()
  let alarm = SchedulerAlarm()
  let retired = RetiredShells()
  let budget: BodyBudget
  let standing = PolicyStanding()
  /// Tells this process from the one before it at the same address.
  let instance = String(UInt64.random(in: .min ... .max), radix: 16)
  private let current = Mutex<RoutingTable?>(nil)
  private let version = Atomic<Int>(0)

  init(configuration: DataPlaneConfiguration, loops: Int, verifier: (any TokenVerifying)? = nil, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    series = SeriesRegistry(maximum: configuration.maximumSeries)
    tokens = verifier.map { TokenDesk($0, capacity: configuration.knownTokens) }
    inboxes = (0..<loops).map { _ in LoopInbox() }
    budget = BodyBudget(limit: configuration.bodyBudget)
  }

  /// Counts the tables: a loop that holds the table of this version holds the current one.
  var tableVersion: Int { version.load(ordering: .acquiring) }

  var table: RoutingTable? { current.withLock { $0 } }

  /// Puts a table in force for every request that arrives from now on.
  func publish(_ table: RoutingTable) {
    current.withLock { $0 = table }
    version.wrappingAdd(1, ordering: .releasing)
  }

  static var now: MonotonicTime { MonotonicTime(nanoseconds: NIODeadline.now().uptimeNanoseconds) }
}
