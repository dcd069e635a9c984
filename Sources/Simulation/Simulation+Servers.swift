import Scheduling

/// Servers: attempts start, progress, fail and end.
extension Simulation {
  mutating func start(_ dispatch: Dispatch) {
    let index = Int(dispatch.tag)
    note(dispatch)
    guard requests[index].stage == .waiting, requests[index].ticket == dispatch.ticket else {
      return check.broken(.ledger, now, "request \(index) was dispatched while \(requests[index].stage)")
    }
    check.checkOrder(dispatch, tier: requests[index].tier, now)
    check.leftQueue(requests[index])
    guard let server = server(ofBackend: dispatch.backend) else {
      return check.broken(.ledger, now, "request \(index) was sent to a backend that does not exist")
    }
    check.started(server: server)
    running[requests[index].tier] += 1
    noteWait(dispatch.waited.inSeconds)
    requests[index].stage = .running
    requests[index].attempts += 1
    requests[index].server = server
    requests[index].wait = dispatch.waited.inSeconds
    if servers[server].isGone {
      // A refused connection takes a hundredth of what an answer's first token takes.
      let delay = servers[server].model.firstToken.inSeconds / 100
      events.add(.connectionRefused(request: index, attempt: requests[index].attempts), at: now.advanced(bySeconds: delay))
    } else {
      serve(index, at: server)
    }
  }

  private mutating func serve(_ index: Int, at server: Int) {
    let model = servers[server].model
    let jitter = 1 + model.jitter * (2 * random.unit() - 1)
    servers[server].advance(to: now)
    servers[server].start(
      SimulatedServer.Item(
        request: index, attempt: requests[index].attempts,
        first: (model.firstToken.inSeconds + model.perPromptToken.inSeconds * Double(requests[index].promptTokens)) * jitter,
        rest: model.perToken.inSeconds * Double(requests[index].outputTokens) * jitter))
    deepestQueue = max(deepestQueue, Double(servers[server].waiting) / Double(model.maximumSequences))
    schedule(server)
  }

  mutating func progress(_ server: Int) {
    servers[server].advance(to: now)
    while let progress = servers[server].progress() {
      switch progress {
      case .firstToken(let item):
        if random.unit() < servers[server].errorRate {
          servers[server].drop(item.request)
          fail(item.request, .status5xx)
        } else if servers[server].model.streams, let ticket = requests[item.request].ticket {
          requests[item.request].hasFirstToken = true
          requests[item.request].timeToFirstToken = now.seconds(since: requests[item.request].arrived)
          scheduler.firstToken(ticket, now: now)
        }
      case .done(let item): answered(item.request)
      }
    }
    schedule(server)
  }

  private mutating func answered(_ index: Int) {
    let request = requests[index]
    guard request.stage == .running, let ticket = request.ticket else {
      return check.broken(.ledger, now, "request \(index) was answered while \(request.stage)")
    }
    scheduler.finish(ticket, .success(outputTokens: request.outputTokens, promptTokens: request.promptTokens), now: now)
    check.ended(server: request.server)
    running[request.tier] -= 1
    requests[index].stage = .ended
    let response = now.seconds(since: request.arrived)
    responses.add(response)
    count(request) {
      $0.served += 1
      $0.waits.add(request.wait)
      $0.firstTokens.add(request.hasFirstToken ? request.timeToFirstToken : response)
      $0.latencies.add(response)
    }
    // Shares are those of the time when all compete: by completion, without the warm-up and the drain at the end.
    if now >= countFrom, now <= end {
      tiers[request.tier].work += request.work
      tiers[request.tier].workByTenant[request.tenant, default: 0] += request.work
    }
    comeBack(index, after: .zero)
  }

  /// The attempt failed: another one, as long as no byte has gone to the client.
  mutating func fail(_ index: Int, _ kind: FailureKind) {
    let request = requests[index]
    guard request.stage == .running, let ticket = request.ticket else { return }
    check.ended(server: request.server)
    running[request.tier] -= 1
    if request.hasFirstToken {
      scheduler.finish(ticket, .failure(kind), now: now)
    } else if case .waiting = scheduler.retry(ticket, .failure(kind), now: now) {
      requests[index].stage = .waiting
      return check.admitted(requests[index])
    }
    requests[index].stage = .ended
    count(request) {
      $0.failed += 1
      if !request.hasFirstToken { $0.failedUnanswered += 1 }
    }
    comeBack(index, after: .zero)
  }

  /// The client of a running request has gone: the server stops working on it.
  mutating func abandon(_ index: Int) {
    let server = requests[index].server
    guard !servers[server].isGone else { return }
    servers[server].advance(to: now)
    servers[server].drop(index)
    schedule(server)
  }

  mutating func report(_ server: Int) {
    let state = servers[server]
    if !state.isGone, !state.isRemoved {
      let maximum = state.model.statesMaximum ? state.model.maximumSequences : nil
      let report = BackendReport(running: state.running, waiting: state.waiting, kvCacheUsage: 0, maximumSequences: maximum)
      events.add(.reported(server: server, report), at: now.advanced(by: scenario.reportLag))
    }
    let isOver = now > end && requests.allSatisfy { $0.stage == .ended }
    if !isOver { events.add(.report(server: server), at: now.advanced(by: scenario.reportInterval)) }
  }

  mutating func reported(_ server: Int, _ report: BackendReport) {
    guard let index = check.backends[server], scheduler.backend(at: index)?.id == Self.name(ofServer: server) else { return }
    scheduler.report(report, from: index, now: now)
  }

  mutating func strike(_ fault: Fault) {
    let server = fault.server
    servers[server].advance(to: now)
    switch fault.kind {
    case .errors(let rate): servers[server].errorRate = rate
    case .slow(let factor): servers[server].slowFactor = factor
    case .vanish:
      servers[server].isGone = true
      for item in servers[server].crash() { fail(item.request, .reset) }
    case .recover:
      servers[server].isGone = false
      servers[server].errorRate = 0
      servers[server].slowFactor = 1
    case .removed: servers[server].isRemoved = true
    case .added: servers[server].isRemoved = false
    }
    if fault.kind == .removed || fault.kind == .added {
      let backends = servers.indices.filter { !servers[$0].isRemoved }.map(Self.backend)
      scheduler.update(policy: scenario.policy, backends: backends, now: now)
      findBackends()
    }
    servers[server].changed()
    schedule(server)
  }

  func isRunning(_ request: Int, _ attempt: Int) -> Bool {
    requests[request].stage == .running && requests[request].attempts == attempt
  }

  private mutating func schedule(_ server: Int) {
    if let time = servers[server].nextProgress { events.add(.progress(server: server, version: servers[server].version), at: time) }
  }

  private func server(ofBackend index: Int) -> Int? {
    check.backends.firstIndex(of: index)
  }

  /// FNV-1a over every decision.
  private mutating func note(_ dispatch: Dispatch) {
    for word in [dispatch.tag, UInt64(dispatch.backend), now.nanoseconds] {
      digest = (digest ^ word) &* 0x100_0000_01b3
    }
  }
}
