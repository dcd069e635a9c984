import DataPlane
import Dispatch
import Foundation
import Logging
import Telemetry

/// From the start of serving to its end: reloads on change and on SIGHUP, drains on SIGTERM and SIGINT.
struct Lifetime {
  private enum Event { case reload, tick, stop, interrupt }

  /// How soon a changed file is noticed.
  static let watchInterval = DispatchTimeInterval.milliseconds(200)

  /// Default of `timeouts.lameDuck`: longer than Kubernetes usually takes to tell everybody that a pod is not to be sent to any more
  /// (its endpoint controllers batch changes for up to a second, node proxies sync within another).
  static let lameDuck = Duration.seconds(5)

  let server: DataPlaneServer
  let source: PolicyFile
  /// ``PolicyFile/fingerprint`` of what is in force; `nil` when nothing is.
  let applied: String?
  let telemetry: TelemetryServices
  let logger: Logger

  func serve() async {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let sources = [(SIGHUP, Event.reload), (SIGTERM, .stop), (SIGINT, .interrupt)].map { number, event in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { continuation.yield(event) }
      source.resume()
      return source
    }
    let timer = DispatchSource.makeTimerSource()
    timer.schedule(deadline: .now() + Self.watchInterval, repeating: Self.watchInterval)
    timer.setEventHandler { continuation.yield(.tick) }
    timer.resume()
    defer {
      timer.cancel()
      sources.forEach { $0.cancel() }
    }

    var fingerprint = applied ?? ""
    if fingerprint.isEmpty, source.fingerprint.isEmpty {
      logger.notice("not ready: waiting for the policy", metadata: ["file": "\(source.path)"])
    }
    for await event in events {
      switch event {
      case .stop:
        logger.info("stopping: requests are taken until everybody knows, and may end")
        await server.shutdown()
        return
      case .interrupt:
        // Somebody at a terminal: nobody else has to notice.
        logger.info("stopping: requests under way may end")
        await server.shutdown(lameDuck: .zero)
        return
      case .tick:
        let current = source.fingerprint
        guard current != fingerprint else { continue }
        fingerprint = current
        reload()
      case .reload:
        reload()
        server.reloadCertificates()
        telemetry.accessLog?.reopen()
      }
    }
  }

  private func reload() {
    do {
      let policy = try source.policy()
      try source.apply(policy, to: server)
      logger.info("policy applied", metadata: ["revision": "\(policy.revision)"])
    } catch let problem as PolicyFile.Problem where problem.isAbsent {
      logger.error("no new policy, the last good one stays: \(problem)")
    } catch {
      server.refusal = "\(error)"
      logger.error("policy refused, the last good one stays: \(error)")
    }
  }
}
