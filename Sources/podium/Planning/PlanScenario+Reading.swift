import ArgumentParser
import JSON
import Planning
import QoSAPI
import Reconciliation

extension PlanScenario {
  /// The typed fields; throws everything that is wrong with them, each with its place and with what to write.
  func deployment(namespace: String = "default") throws -> ModelDeployment {
    do {
      return try ModelDeployment(object(namespace: namespace))
    } catch {
      throw ValidationError(
        error.problems.map { problem in
          let field = problem.field.hasPrefix("spec.") ? String(problem.field.dropFirst(5)) : problem.field
          return mistake(in: field, "\(field): \(problem.message)")
        }.joined(separator: "\n"))
    }
  }

  /// What the planner is asked.
  func request() throws -> PlanRequest { PlanRequest(try deployment()) }

  /// Throws what the planner has against the request, with its place in the file.
  func plan(_ knowledge: Knowledge) throws -> PlanResult {
    let request = try request()
    do {
      return try Planner.plan(request, knowledge: knowledge)
    } catch {
      throw ValidationError(mistake(in: error.field, "\(error)"))
    }
  }
}
