/// What to run: a model on so many GPUs of a kind, what that will do, what it costs and why it was chosen.
package struct CapacityPlan: Sendable, Hashable {
  /// How sure the prediction is. The three are never mixed silently.
  package enum Confidence: String, Sendable, Hashable {
    /// A row of exactly this model, GPU and lengths; ``CapacityPlan/basis`` says how that row came to be.
    case benchmarked
    /// Between rows of the same model and GPU.
    case interpolated
    /// From the weights, the KV cache and the GPU's figures.
    case estimated
  }

  /// How the replicas work together.
  package enum Strategy: String, Sendable, Hashable {
    /// One replica.
    case single
    /// Several replicas, each with its own GPUs, behind a load balancer.
    case independent
  }

  package struct Cost: Sendable, Hashable {
    package var perHourUSD: Double
    /// 730 hours.
    package var perMonthUSD: Double
    /// Per 1,000 tokens, prompts and answers together, at the expected rate.
    package var perThousandTokensUSD: Double

    package init(perHourUSD: Double, perMonthUSD: Double, perThousandTokensUSD: Double) {
      self.perHourUSD = perHourUSD
      self.perMonthUSD = perMonthUSD
      self.perThousandTokensUSD = perThousandTokensUSD
    }
  }

  /// Mean latencies of one replica in milliseconds, while it works on `batch` requests at a time.
  package struct Typical: Sendable, Hashable {
    package var batch: Double
    package var ttft: Double
    package var itl: Double

    package init(batch: Double, ttft: Double, itl: Double) {
      self.batch = batch
      self.ttft = ttft
      self.itl = itl
    }
  }

  /// The Hugging Face id, spelled as the request spelled it.
  package var model: String
  /// The accelerator as the benchmark row spells it; the knowledge base finds it by that name.
  package var accelerator: String
  /// The node label's value that selects it.
  package var acceleratorNodeLabel: String
  package var gpusPerReplica: Int
  package var tensorParallel: Int
  package var replicas: Int
  /// GPUs of all replicas.
  package var gpuCount: Int
  package var strategy: Strategy
  /// What the configuration delivers, at p95.
  package var predicted: ServiceLevel
  /// What the workload demands, at p95.
  package var target: ServiceLevel
  package var traffic: Traffic
  /// Requests per second that one replica served in the row.
  package var requestsPerSecondPerReplica: Double
  /// The row's load did not saturate the server: it can serve at least that rate, possibly much more.
  package var isCapacityLowerBound: Bool
  package var cost: Cost
  /// How that is paid for; `nil` in a plan that was written down before anybody asked.
  package var pricing: PlanPricing?
  package var confidence: Confidence
  /// How the row behind the prediction came to be.
  package var basis: Benchmark.Kind
  /// Where that row is from.
  package var source: String
  /// The row's means: what a simulator of this configuration has to play. `nil` when the row holds none.
  package var typical: Typical?
  /// For the autoscaler: what the steady rate needs.
  package var minReplicas: Int
  /// For the autoscaler: what the peak needs, within the limits of hardware and budget.
  package var maxReplicas: Int
  package var scores: Scores
  /// Sentences for people, the most important first.
  package var why: [String]
  /// A stable hash of the request, not of the knowledge: a plan stays while its inputs do.
  package var inputsDigest: String

  package init(
    model: String, accelerator: String, acceleratorNodeLabel: String, gpusPerReplica: Int, tensorParallel: Int, replicas: Int,
    gpuCount: Int, strategy: Strategy, predicted: ServiceLevel, target: ServiceLevel, traffic: Traffic, requestsPerSecondPerReplica: Double,
    isCapacityLowerBound: Bool, cost: Cost, confidence: Confidence, basis: Benchmark.Kind, source: String, typical: Typical? = nil,
    minReplicas: Int,
    maxReplicas: Int, scores: Scores, why: [String], inputsDigest: String
  ) {
    self.model = model
    self.accelerator = accelerator
    self.acceleratorNodeLabel = acceleratorNodeLabel
    self.gpusPerReplica = gpusPerReplica
    self.tensorParallel = tensorParallel
    self.replicas = replicas
    self.gpuCount = gpuCount
    self.strategy = strategy
    self.predicted = predicted
    self.target = target
    self.traffic = traffic
    self.requestsPerSecondPerReplica = requestsPerSecondPerReplica
    self.isCapacityLowerBound = isCapacityLowerBound
    self.cost = cost
    self.confidence = confidence
    self.basis = basis
    self.source = source
    self.typical = typical
    self.minReplicas = minReplicas
    self.maxReplicas = maxReplicas
    self.scores = scores
    self.why = why
    self.inputsDigest = inputsDigest
  }

  /// Requests per second of all replicas together.
  package var requestsPerSecond: Double { requestsPerSecondPerReplica * Double(replicas) }
}
