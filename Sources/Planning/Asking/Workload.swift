/// What has to be served: for whom, how much, how fast.
package struct Workload: Sendable, Hashable {
  /// Overrides of the use case's targets, each in milliseconds at p95.
  package struct ServiceLevelOverrides: Sendable, Hashable {
    package var ttft: Double?
    package var itl: Double?
    package var e2e: Double?

    package init(ttft: Double? = nil, itl: Double? = nil, e2e: Double? = nil) {
      self.ttft = ttft
      self.itl = itl
      self.e2e = e2e
    }
  }

  /// Hugging Face id or alias; `nil` lets the planner choose.
  package var model: String?
  package var useCase: String?
  /// Requests per second in the steady state; wins over `concurrentUsers`.
  package var expectedQPS: Double?
  /// People who use the application; how many requests they send is the use case's.
  package var concurrentUsers: Double?
  /// Requests per second at the peak; without it the use case's multiple of the steady rate.
  package var peakQPS: Double?
  package var promptTokens: Int?
  package var outputTokens: Int?
  package var serviceLevel: ServiceLevelOverrides

  package init(
    model: String? = nil, useCase: String? = nil, expectedQPS: Double? = nil, concurrentUsers: Double? = nil, peakQPS: Double? = nil,
    promptTokens: Int? = nil, outputTokens: Int? = nil, serviceLevel: ServiceLevelOverrides = ServiceLevelOverrides()
  ) {
    self.model = model
    self.useCase = useCase
    self.expectedQPS = expectedQPS
    self.concurrentUsers = concurrentUsers
    self.peakQPS = peakQPS
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.serviceLevel = serviceLevel
  }
}
