import JSON
import Kubernetes

/// A ModelDeployment as typed values: what a model must do.
package struct ModelDeployment: Sendable, Equatable {
  package enum Objective: String, Sendable, CaseIterable {
    case balanced, cost, latency, accuracy, fewestGPUs
  }

  package enum Approval: String, Sendable, CaseIterable {
    case automatic, manual
  }

  package struct Traffic: Sendable, Hashable {
    /// Requests per second.
    package var expectedQPS: Double?
    /// People.
    package var concurrentUsers: Int?
    /// Requests per second.
    package var peakQPS: Double?
    package var promptTokens: Int?
    package var outputTokens: Int?
  }

  package struct Budget: Sendable, Hashable {
    package enum Policy: String, Sendable, CaseIterable {
      case strict, flexible, none
    }

    package var maxMonthlyUSD: Double?
    package var maxHourlyUSD: Double?
    package var policy: Policy?
  }

  package struct Hardware: Sendable, Hashable {
    /// Empty for any that is known.
    package var gpuTypes: [String]
    /// Of all replicas together.
    package var maxGPUs: Int?
    /// Of one replica.
    package var maxTensorParallel: Int?
  }

  package struct Autoscaling: Sendable, Hashable {
    package var minReplicas: Int?
    package var maxReplicas: Int?
  }

  /// The object that was read.
  package var object: KubeObject
  /// Hugging Face id or alias; `nil` leaves the choice to the planner.
  package var model: String?
  package var useCase: String?
  package var traffic: Traffic
  package var slo: LatencyTargets
  package var objective: Objective
  package var budget: Budget
  package var hardware: Hardware
  /// `nil` for on demand at list prices.
  package var pricing: Pricing?
  package var serving: Serving
  package var autoscaling: Autoscaling
  /// Names of other ModelDeployments, in order.
  package var fallbacks: [String]
  package var planning: Planning
  package var approval: Approval
  package var rollout: Rollout
  package var exposure: Exposure
  package var availability: Availability
  /// `nil` where every pod of the cluster may connect to the model servers.
  package var networkAccess: NetworkAccess?
  /// Fields that the schema accepts and that this version does not act on.
  package var ineffectiveFields: [String]

  package var name: String { object.name }
}

extension ModelDeployment {
  /// How the model is served.
  package struct Serving: Sendable, Hashable {
    package enum Runtime: String, Sendable, CaseIterable {
      case vllm, simulator
    }

    /// Who makes pods of it.
    package enum Platform: String, Sendable, CaseIterable {
      case kserve = "KServe"
      case llmInferenceService = "LLMInferenceService"
      case deployment = "Deployment"
    }

    package struct LoRAAdapter: Sendable, Hashable {
      package var name: String
      package var uri: String
    }

    package var runtime: Runtime
    /// `nil` for KServe where it is installed, else a plain Deployment.
    package var platform: Platform?
    package var image: String?
    package var storageUri: String?
    package var quantization: String?
    package var loraAdapters: [LoRAAdapter]
    package var args: [String]
  }
}
