/// How one data plane listens, and the bounds it keeps. What it enforces is the `TrafficPolicy`.
package struct DataPlaneConfiguration: Sendable {
  /// An IP address to listen on.
  package var host = "127.0.0.1"
  /// 0 takes any free port.
  package var port = 0
  /// Label of every metric.
  package var namespace = "default"
  /// Whether requests for models are taken; without, the listener shows health, metrics and the list of models only.
  package var takesRequests = true
  package var limits = HTTPLimits()
  /// `nil` shows health and metrics at the gateway only, and figures nowhere.
  package var admin: AdminListener?
  /// Without it, connections are plain. HTTP/2 is spoken to clients that begin with it, over TLS to those that choose it.
  package var tls: TLSSettings?
  package var http2 = HTTP2Limits()
  /// Other proxies in front of the same backends; `nil` when there are none.
  package var fleet: FleetConfiguration?
  // The time-outs here protect against peers that do nothing; none of them takes part in a decision about scheduling. What an answer
  // may take follows from the measured distribution and the tier's latency tolerance (`Scheduler.attemptTimeout`).

  /// How long a client may hold a connection without asking for anything, and a WebSocket session without a byte either way.
  package var clientIdleTimeout: Duration = .seconds(900)
  /// How long the bytes of one request may take to arrive: 64 MiB at 4.5 Mbit/s.
  package var requestReadTimeout: Duration = .seconds(120)
  /// How long a client may take nothing of an answer that is there, while it holds a slot.
  package var clientStallTimeout: Duration = .seconds(60)
  /// How long a connection to a backend may take to open, if the time for the whole attempt is not shorter: two lost packets
  /// (the kernel sends again after 1 s and 3 s) and some.
  package var connectTimeout: Duration = .seconds(5)
  /// How long a connection to a backend is kept for the next request.
  package var backendIdleTimeout: Duration = .seconds(60)
  /// Bytes that all requests together may make this process hold; by default a quarter of its memory.
  package var bodyBudget = MemoryLimit.bytes / 4
  /// How long connections are still accepted after readiness was taken back, when the process stops: as long as those who send
  /// here need to notice.
  package var lameDuck: Duration = .zero
  /// Connections kept open per backend and event loop.
  package var idleConnectionsPerBackend = 512
  /// No answer is given up after a shorter silence: one lost packet and its second repetition (TCP's minimum of 200 ms, doubled) are no
  /// failure of a model server, nor is this machine's own scheduling.
  package var shortestSilence: Duration = .milliseconds(500)
  /// No answer may stay silent for longer, whatever the measured distribution says.
  package var longestSilence: Duration = .seconds(3600)
  /// Pairs of pool and tier that are counted for themselves; what comes later is counted together, as pool and tier `other`.
  package var maximumSeries = 4096
  /// Verified tokens that are remembered, about a kilobyte each.
  package var knownTokens = 16_384
  /// Gets a line for each request; `nil` for none.
  package var accessLog: AccessLog?
  /// `nil` to trace nothing, and to pass trace context on as it comes.
  package var tracing: Tracing?
  /// Pending connections the kernel may hold.
  package var backlog: Int32 = 4096

  package init() {}
}
