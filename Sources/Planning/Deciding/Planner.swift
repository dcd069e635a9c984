/// Chooses what to run for a workload: configurations that meet the service level, sized for the traffic, priced, ranked.
///
///     request ─ resolve ─▶ inputs ─ rows of exactly these lengths ─▶ configurations ─ service level, hardware, price, budget ─▶
///                                 └ models fitted to rows, rooflines ┘
///     viable candidates ─ score ─▶ ranked ─ budget policy or objective ─▶ plan, with alternatives and reasons
///
/// Every configuration carries its confidence. Unless the request says otherwise only the most certain ones compete, among which
/// something is viable. Pure: the same request and knowledge give the same plan, to the last digit.
package enum Planner {
  /// Throws ``PlanProblem`` when the request itself makes no sense; answers ``NoViablePlan`` when nothing known can do it.
  package static func plan(_ request: PlanRequest, knowledge: Knowledge) throws(PlanProblem) -> PlanResult {
    let listed = knowledge
    let knowledge = try listed.priced(by: request.pricing)
    let inputs = try PlanInputs(resolving: request, in: knowledge)
    var selection = Selection(inputs: inputs, knowledge: knowledge)
    selection.run()
    let rejections = selection.misses.map(\.rejection)
    guard !selection.viable.isEmpty else {
      let refusal = Refusal(inputs: inputs, knowledge: knowledge, misses: selection.misses, rejections: rejections)
      return .noViablePlan(refusal.noViablePlan.advising(request.pricing))
    }
    let ranking = Ranking(selection.viable, inputs: inputs, knowledge: knowledge)
    let explanation = Explanation(ranking: ranking, inputs: inputs, knowledge: knowledge)
    return .planned(explanation.recommendation(rejections: rejections).stating(request.pricing, listed))
  }
}
