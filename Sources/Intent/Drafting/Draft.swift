import Planning

/// What will be planned for: what was understood, completed with what had to be assumed.
package struct Draft: Sendable, Hashable {
  /// Something taken because nothing was said.
  package struct Assumption: Sendable, Hashable {
    /// Path in a ModelDeployment's `spec`.
    package var field: String
    package var text: String
  }

  package private(set) var understanding: Understanding
  package private(set) var assumptions: [Assumption] = []
  /// What a person may still answer; the draft stands without.
  package private(set) var questions: [Question]
  package private(set) var request: PlanRequest
  /// Which ranking is asked for.
  package private(set) var priority: Priority

  /// Defaults are of the knowledge: tokens and targets of the use case.
  /// - Parameter minimumConfidence: The least that a plan must have; no sentence says it.
  package init(_ understanding: Understanding, knowledge: Knowledge, minimumConfidence: CapacityPlan.Confidence? = nil) {
    self.understanding = understanding
    questions = Question.missing(in: understanding)
    priority = understanding.priority ?? .balanced
    request = PlanRequest(workload: Workload(), minimumConfidence: minimumConfidence)
    let useCase = completeUseCase(knowledge)
    completeTraffic(useCase)
    completeServiceLevel(useCase)
    completeWishes()
    completeHardware(knowledge)
    completePricing(knowledge)
  }

  private mutating func assume(_ field: Field, _ text: String) {
    assumptions.append(Assumption(field: field.path, text: text))
  }

  private func reason(_ field: Field) -> String { understanding.unknown.contains(field) ? "it is not known yet" : "nothing was said of it" }

  private mutating func completeUseCase(_ knowledge: Knowledge) -> UseCase? {
    let named = understanding.text(.useCase)
    let name = named ?? UseCaseName.chatbotConversational.rawValue
    request.workload.useCase = name
    if named == nil { assume(.useCase, "\(name), since \(reason(.useCase))") }
    return try? knowledge.useCase(named: name)
  }

  private mutating func completeTraffic(_ useCase: UseCase?) {
    let found = understanding
    request.workload.promptTokens = found.number(.promptTokens).map { Int($0) }
    request.workload.outputTokens = found.number(.outputTokens).map { Int($0) }
    request.workload.expectedQPS = found.number(.expectedQPS)
    request.workload.peakQPS = found.number(.peakQPS)
    if request.workload.expectedQPS == nil, let peak = found.number(.peakQPS), found[.users] == nil, let useCase {
      request.workload.expectedQPS = peak / useCase.peakMultiplier
      assume(
        .expectedQPS,
        "\(Plain(peak / useCase.peakMultiplier)) requests/s: the peak ÷ \(Plain(useCase.peakMultiplier)), as of \(useCase.name)")
    } else if request.workload.expectedQPS == nil {
      let users = found.number(.users) ?? Self.defaultUsers
      if found[.users] == nil { assume(.users, "\(Plain(users)) users, since \(reason(.users))") }
      request.workload.concurrentUsers = users
      if let useCase { assumeRate(users, useCase) }
    }
    guard let useCase else { return }
    for (field, tokens) in [(Field.promptTokens, useCase.profile.promptTokens), (.outputTokens, useCase.profile.outputTokens)]
    where found[field] == nil { assume(field, "\(tokens), as of \(useCase.name)") }
  }

  private static let defaultUsers = 100.0

  private mutating func assumeRate(_ users: Double, _ useCase: UseCase) {
    let steady = users * useCase.activeFraction * useCase.requestsPerActiveUserPerMinute / 60
    assume(
      .expectedQPS,
      "\(Plain(steady)) requests/s: \(Plain(users)) users × \(Plain(useCase.activeFraction)) active × "
        + "\(Plain(useCase.requestsPerActiveUserPerMinute)) requests a minute ÷ 60")
    if request.workload.peakQPS == nil {
      assume(.peakQPS, "\(Plain(steady * useCase.peakMultiplier)) requests/s: \(Plain(useCase.peakMultiplier)) times that")
    }
  }

  private mutating func completeServiceLevel(_ useCase: UseCase?) {
    request.workload.serviceLevel = .init(
      ttft: understanding.number(.ttftP95), itl: understanding.number(.itlP95), e2e: understanding.number(.e2eP95))
    guard let useCase else { return }
    for (field, metric) in [(Field.ttftP95, ServiceLevel.Metric.ttft), (.itlP95, .itl), (.e2eP95, .e2e)] where understanding[field] == nil {
      assume(field, "at most \(Plain(useCase.serviceLevel[metric])) ms, as of \(useCase.name)")
    }
  }

  private mutating func completeWishes() {
    if understanding[.priority] == nil {
      assume(.priority, "a balance of quality, cost, latency and simplicity, since \(reason(.priority))")
    }
    request.objective = Objective(priority)
    request.budget = Budget(maxMonthlyUSD: understanding.number(.maxMonthlyUSD), maxHourlyUSD: understanding.number(.maxHourlyUSD))
    let policy = understanding.text(.budgetPolicy).flatMap(Budget.Policy.init(rawValue:))
    // Without a limit the fastest is taken, unless something else was said to matter.
    if policy != Budget.Policy.none || understanding[.priority] == nil { request.budget.policy = policy }
    if request.budget.maxMonthlyUSD == nil, request.budget.maxHourlyUSD == nil, policy == nil {
      assume(.maxMonthlyUSD, "no limit, since \(reason(.maxMonthlyUSD))")
    }
  }

  private mutating func completeHardware(_ knowledge: Knowledge) {
    request.workload.model = understanding.text(.model)
    if understanding[.model] == nil { assume(.model, "chosen by the planner") }
    request.models = ModelConstraint(
      excluded: understanding.names(.excludedModels) ?? [], minimumContextTokens: understanding.number(.contextTokens).map { Int($0) })
    var allowed = understanding.names(.gpuTypes) ?? []
    if let refused = understanding.names(.excludedGPUTypes), allowed.isEmpty {
      allowed = knowledge.accelerators.filter { $0.pricePerHourUSD != nil && !refused.contains($0.name) }.map(\.name)
    }
    if allowed.isEmpty { assume(.gpuTypes, "any GPU of the catalogue") }
    request.hardware = HardwareConstraint(
      gpuTypes: allowed, maxGPUs: understanding.number(.maxGPUs).map { Int($0) },
      maxTensorParallel: understanding.number(.maxTensorParallel).map { Int($0) })
  }

  private mutating func completePricing(_ knowledge: Knowledge) {
    let draft = PricingDraft(understanding, knowledge: knowledge)
    request.pricing = draft.pricing
    for assumption in draft.assumptions { assume(assumption.field, assumption.text) }
    for note in draft.notes { understanding.note(note) }
  }

  /// The same text with a specification that a person has edited: nothing is assumed any more.
  package func edited(_ request: PlanRequest) -> Draft {
    var draft = self
    draft.request = request
    draft.assumptions = []
    draft.questions = []
    draft.priority = Priority(request.objective)
    return draft
  }
}

extension Objective {
  /// What a plan is chosen for where somebody wants this most.
  init(_ priority: Priority) {
    self =
      switch priority {
      case .balanced: .balanced
      case .cost: .cost
      case .latency: .latency
      case .accuracy: .accuracy
      case .simplicity: .fewestGPUs
      }
  }
}

extension Priority {
  init(_ objective: Objective) {
    self =
      switch objective {
      case .balanced: .balanced
      case .cost: .cost
      case .latency: .latency
      case .accuracy: .accuracy
      case .fewestGPUs: .simplicity
      }
  }
}
