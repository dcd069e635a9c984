import KnowledgeBase
import QoSAPI

extension Operator {
  /// Reads the planner's facts again from time to time. Whoever plans is woken when the source goes away, and when it is back.
  func refreshFacts(waking controllers: Controllers) async {
    // The program's own files do not change.
    guard let facts = configuration.facts, facts.location != .shipped else { return }
    var known = facts.current.trouble
    if known != nil { wake(controllers) }
    while (try? await Task.sleep(for: configuration.factsPeriod)) != nil {
      let trouble = await facts.refresh().trouble
      if let trouble, trouble.text != known?.text {
        logger.warning("planning with the last good facts", metadata: ["source": "\(facts.location)", "error": "\(trouble.text)"])
      } else if trouble == nil, known != nil {
        logger.notice("the planner's facts are read again", metadata: ["source": "\(facts.location)"])
      }
      if (trouble == nil) != (known == nil) { wake(controllers) }
      known = trouble
    }
  }

  private func wake(_ controllers: Controllers) {
    controllers.modelDeployments.enqueue((stores[.modelDeployment]?.objects ?? [:]).keys)
  }
}
