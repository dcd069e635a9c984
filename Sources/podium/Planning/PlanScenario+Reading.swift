import ArgumentParser
import JSON
import Planning
import PolicyFormat
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
  func request() throws -> PlanRequest {
    var request = PlanRequest(try deployment())
    do {
      request.weights = try weights()
      request.minimumConfidence = try minimumConfidence()
    } catch {
      throw ValidationError(mistake(in: error.path, "\(error)"))
    }
    return request
  }

  /// Throws what the planner has against the request, with its place in the file.
  func plan(_ knowledge: Knowledge) throws -> PlanResult {
    let request = try request()
    do {
      return try Planner.plan(request, knowledge: knowledge)
    } catch {
      throw ValidationError(mistake(in: error.field, "\(error)"))
    }
  }

  private func weights() throws(PolicyError) -> ScoreWeights {
    var weights = ScoreWeights()
    guard let value = fields["weights"], !value.isNull else { return weights }
    var reader = try PolicyFormat.FieldReader(value, path: "weights")
    weights.quality = try reader.number("quality") ?? weights.quality
    weights.cost = try reader.number("cost") ?? weights.cost
    weights.latency = try reader.number("latency") ?? weights.latency
    weights.simplicity = try reader.number("simplicity") ?? weights.simplicity
    try reader.finish()
    return weights
  }

  private func minimumConfidence() throws(PolicyError) -> CapacityPlan.Confidence? {
    guard let value = fields["minimumConfidence"], !value.isNull else { return nil }
    guard let confidence = value.string.flatMap(CapacityPlan.Confidence.init(rawValue:)) else {
      let choices = CapacityPlan.Confidence.allCases.map(\.rawValue).joined(separator: ", ")
      throw PolicyError(path: "minimumConfidence", reason: "is \(value.described): write one of \(choices)")
    }
    return confidence
  }
}
