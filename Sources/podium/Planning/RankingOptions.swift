import ArgumentParser
import Planning

/// How the planner ranks where a ModelDeployment does not say it.
struct RankingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What counts how much in the balanced ranking where planning.weights says nothing: quality=…,cost=…,latency=…,simplicity=… It is looked "
        + "at when a deployment is planned; what runs stays.", valueName: "list"))
  var weights: PairList?

  func validate() throws { _ = try ranking() }

  func ranking() throws -> ScoreWeights {
    var ranking = ScoreWeights()
    for (name, text) in (weights?.pairs ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let weight = Double(text), weight >= 0, weight.isFinite else {
        throw ValidationError("--weights \(name)=\(text): write a number from 0 on")
      }
      switch name {
      case "quality": ranking.quality = weight
      case "cost": ranking.cost = weight
      case "latency": ranking.latency = weight
      case "simplicity": ranking.simplicity = weight
      default: throw ValidationError("--weights has no \"\(name)\": write quality, cost, latency or simplicity")
      }
    }
    guard ranking.quality + ranking.cost + ranking.latency + ranking.simplicity > 0 else {
      throw ValidationError("--weights: at least one must be above 0")
    }
    return ranking
  }
}
