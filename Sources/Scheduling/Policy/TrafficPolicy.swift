/// Everything that the data plane of one namespace enforces, as one immutable value that replaces the last one atomically.
///
/// The control plane compiles it from QoSPolicies, ModelDeployments, Secrets and endpoints; `podium-proxy` reads it from a
/// file. `Scheduling` itself has never heard of Kubernetes.
package struct TrafficPolicy: Sendable, Equatable {
  /// Identifies this version of the policy: it comes back in metrics and in `Programmed` conditions.
  package var revision: String
  package var classification: Classification
  package var pools: [PoolPolicy]
  /// Names beside the pools' own; distinct.
  package var models: [ModelRoute]
  /// The name of the pool that serves requests for models that nobody knows; `nil` refuses them.
  package var defaultPool: String?

  package init(
    revision: String, classification: Classification, pools: [PoolPolicy], models: [ModelRoute] = [], defaultPool: String? = nil
  ) {
    self.revision = revision
    self.classification = classification
    self.pools = pools
    self.models = models
    self.defaultPool = defaultPool
  }
}

/// The backends of one model, the names under which requests ask for it, and the rules by which they are served.
package struct PoolPolicy: Sendable, Equatable {
  /// Unique in the namespace: the ModelDeployment's name.
  package var name: String
  /// Every `model` value of a request that means this pool; the first one is what `/v1/models` lists.
  package var models: [String]
  /// The name that the model servers know the model by; requests are forwarded untouched when they already use it.
  package var servedModel: String
  package var backends: [Backend]
  package var scheduling: SchedulingPolicy
  /// Names of pools to try, in order, when no backend of this one can serve.
  package var fallbacks: [String]
  /// Whether requests carry their tier's rank in vLLM's `priority` member (lower is earlier, 0 is the highest tier): for servers with
  /// `--scheduling-policy priority`. Where not, what a client wrote there itself becomes 0: nobody lifts itself.
  package var forwardsPriority: Bool
  /// Where limits and baselines begin; `nil` begins small and without one.
  package var start: PlannedStart?

  package init(
    name: String, models: [String], servedModel: String, backends: [Backend], scheduling: SchedulingPolicy, fallbacks: [String] = [],
    forwardsPriority: Bool = false, start: PlannedStart? = nil
  ) {
    self.start = start
    self.name = name
    self.models = models
    self.servedModel = servedModel
    self.backends = backends
    self.scheduling = scheduling
    self.fallbacks = fallbacks
    self.forwardsPriority = forwardsPriority
  }
}

/// One model server.
package struct Backend: Sendable, Hashable {
  /// Stable while the server lives: `address:port` unless the source has a better name.
  package var id: String
  /// An IP address.
  package var host: String
  package var port: Int

  package init(id: String? = nil, host: String, port: Int) {
    self.id = id ?? "\(host):\(port)"
    self.host = host
    self.port = port
  }
}
