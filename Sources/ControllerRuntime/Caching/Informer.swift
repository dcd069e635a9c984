import JSON
import Kubernetes
import Logging

/// Keeps a ``Store`` current: does what a ``Watcher`` says and tells it what came. Its life is one ``run()``.
package struct Informer: Sendable {
  package struct Options: Sendable {
    package var selection: Selection
    /// After this long subscribers look at everything again, whatever happened; `nil` for never.
    package var resyncPeriod: Duration?
    /// How often a type that is not served is looked for.
    package var discoveryPeriod: Duration
    package var backoff: Backoff

    package init(
      selection: Selection = .all, resyncPeriod: Duration? = .seconds(600), discoveryPeriod: Duration = .seconds(5),
      backoff: Backoff = .watch
    ) {
      self.selection = selection
      self.resyncPeriod = resyncPeriod
      self.discoveryPeriod = discoveryPeriod
      self.backoff = backoff
    }
  }

  private let store: Store
  private let client: Client
  private let options: Options
  private let metrics: RuntimeMetrics
  private let logger: Logger

  package init(
    _ store: Store, _ client: Client, options: Options = Options(), metrics: RuntimeMetrics = RuntimeMetrics(),
    logger: Logger = Logger(label: "podium.informer")
  ) {
    self.store = store
    self.client = client
    self.options = options
    self.metrics = metrics
    self.logger = logger
  }

  /// Lists, watches and lists again until the task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      if let period = options.resyncPeriod {
        group.addTask { while (try? await Task.sleep(for: period)) != nil { store.resync() } }
      }
      await follow()
      group.cancelAll()
    }
  }

  private func follow() async {
    var watcher = Watcher(store.type, options.selection, backoff: options.backoff, discoveryPeriod: options.discoveryPeriod)
    while !Task.isCancelled {
      let (pause, step) = watcher.next(random: .random(in: 0..<1))
      if pause > .zero, (try? await Task.sleep(for: pause)) == nil { return }
      do {
        try await perform(step, &watcher)
      } catch {
        let failure = KubeError(error)
        if failure == .cancelled || Task.isCancelled { return }
        report(failure)
        store.failed(failure)
        if let change = watcher.failed(failure, now: Clocks.monotonic(), random: .random(in: 0..<1)) { store.apply(change) }
      }
    }
  }

  private func perform(_ step: Watcher.Step, _ watcher: inout Watcher) async throws {
    switch step {
    case .list(let request):
      let page = try await client.sendOnce(request)
      if let change = try watcher.received(page: page) { store.apply(change) }
    case .watch(let request):
      try await watch(request, &watcher)
      watcher.ended(now: Clocks.monotonic(), random: .random(in: 0..<1))
    case .discover:
      // No answer is no news: it is asked again after the same pause.
      guard let isServed = try? await Discovery(client).isServed(store.type) else { return }
      watcher.discovered(served: isServed)
    }
  }

  private func watch(_ request: APIRequest, _ watcher: inout Watcher) async throws {
    metrics.add("watch_starts_total", ["resource": store.type.description])
    var copy = watcher
    defer { watcher = copy }
    try await client.transport.stream(request) { head, source in
      guard head.status == 200 else { throw try await refusal(head, source) }
      copy.opened(now: Clocks.monotonic())
      var lines = LineBuffer()
      while let bytes = try await source.next() {
        for line in try lines.feed(bytes) { try take(line, &copy) }
      }
      if lines.isPartial { throw KubeError.decode("a watch that ends in the middle of a line") }
    }
  }

  private func take(_ line: ArraySlice<UInt8>, _ watcher: inout Watcher) throws(KubeError) {
    let event: JSONValue
    do {
      event = try JSONValue(parsing: line)
    } catch {
      throw KubeError.decode("a watch line: \(error)")
    }
    if let change = try watcher.received(line: event) { store.apply(change) }
  }

  private func refusal(_ head: APIResponseHead, _ source: any ByteSource) async throws -> KubeError {
    let most = 64 << 10
    var body: [UInt8] = []
    while body.count < most, let bytes = try await source.next() { body += bytes }
    return KubeError(refusal: head, body: body)
  }

  private func report(_ failure: KubeError) {
    metrics.add("watch_failures_total", ["resource": store.type.description])
    if failure.isExpired || failure.isNotFound {
      logger.debug("\(store.type): \(failure)")
    } else {
      logger.warning("watching \(store.type): \(failure)")
    }
  }
}
