import Intent
import JSON
import Planning

/// Every route of the API. Requests and answers are values; sockets are ``ConsoleServer``'s.
///
///     request ─ token ▸ route ▸ shape ─▶ resource ─▶ reply
package struct ConsoleAPI: Sendable {
  package let operations: [Operation]
  private let access: ConsoleAccess
  /// Tells a failure of this server apart; its text is not for strangers.
  private let onFailure: @Sendable (String, any Error) -> Void

  package init(
    _ resources: ConsoleResources, access: ConsoleAccess = .loopback(token: nil),
    onFailure: @escaping @Sendable (String, any Error) -> Void = { _, _ in }
  ) {
    let operations = resources.operations
    self.access = access
    self.onFailure = onFailure
    let document = OpenAPIDocument(operations: operations, version: resources.version, isProtected: access.token != nil).json
    self.operations = operations + [OpenAPIDocument.operation(document)]
  }

  package func answer(_ request: ConsoleRequest) async -> ConsoleReply {
    do {
      try access.check(request)
      let operation = try route(request)
      let call = try operation.call(request)
      return ConsoleReply(try await operation.handler(call))
    } catch let problem as ConsoleProblem {
      return ConsoleReply(problem)
    } catch {
      onFailure("\(request.method) \(request.path)", error)
      return ConsoleReply(ConsoleProblem(.failed, "This server failed to answer; its log says why."))
    }
  }

  private func route(_ request: ConsoleRequest) throws(ConsoleProblem) -> Operation {
    let here = operations.filter { $0.path == request.path }
    guard !here.isEmpty else {
      throw ConsoleProblem(.notFound, "There is nothing at this path; /openapi.json lists what there is.")
    }
    guard let operation = here.first(where: { $0.method == request.method }) else {
      let allowed = here.map(\.method).joined(separator: ", ")
      throw ConsoleProblem(.methodNotAllowed, "Use \(allowed) here.", headers: [("Allow", allowed)])
    }
    return operation
  }
}

/// What the resources work with.
package struct ConsoleResources: Sendable {
  /// The program's version, for the document.
  package var version: String
  package var facts: ConsoleFacts
  /// Who may be asked to read sentences when a request wants so; `nil` for nobody.
  package var languageModel: LanguageModelClient?
  /// Chooses models; `nil` where there is no catalogue of them.
  package var orchestrator: Orchestrator?
  /// Asks them too; `nil` where nothing is asked.
  package var orchestration: OrchestratorServices?

  package init(
    version: String, facts: ConsoleFacts, languageModel: LanguageModelClient? = nil, orchestrator: Orchestrator? = nil,
    orchestration: OrchestratorServices? = nil
  ) {
    self.version = version
    self.facts = facts
    self.languageModel = languageModel
    self.orchestrator = orchestration?.orchestrator ?? orchestrator
    self.orchestration = orchestration
  }

  private func orchestrating(_ services: OrchestratorServices) -> [Operation] {
    [
      RouteRequestResource.post(services.answerer, services.orchestrator.catalog), ModelsStatusResource.get(services),
      ResourceMetricsResource.get(services),
    ]
  }

  /// One file a resource.
  var operations: [Operation] {
    [HealthResource.get(self), PlanResource.post(self), RecommendResource.post(self), DataHealthResource.get(self)]
      + CatalogResource.operations(self)
      + (orchestrator.map { [SelectModelResource.post($0, onDecision: orchestration?.journal.selected)] } ?? [])
      + (orchestration.map(orchestrating) ?? [])
  }
}
