import ArgumentParser
import Forecasting
import Foundation
import Planning
import PolicyFormat
import Simulation

/// How `podium plan` forecasts what the plan will do under load.
struct ForecastOptions: ParsableArguments {
  @Flag(name: .customLong("forecast"), help: "Simulate the plan under load: percentiles, risks, replicas, cold start.") var isOn = false
  @Option(help: "Samples of the Monte Carlo, 20 to 10000.") var samples = 200
  @Option(help: "The same seed gives the same forecast.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("poisson, bursty, diurnal, or a file of recorded arrivals (CSV).", valueName: "kind or file"))
  var arrivals = "poisson"
  @Option(help: ArgumentHelp("Standard deviation of true ÷ expected traffic, 0 to 2.", valueName: "part")) var trafficSpread = 0.2

  func validate() throws {
    guard (20...ForecastSettings.mostSamples).contains(samples) else {
      throw ValidationError("--samples \(samples): write 20 to \(ForecastSettings.mostSamples)")
    }
    guard (0...2).contains(trafficSpread) else { throw ValidationError("--traffic-spread \(trafficSpread): write a part from 0 to 2") }
  }

  /// Of the plan that was chosen; `nil` when none is asked for, when there is no plan, or when nothing is known of its servers under
  /// load, which is said.
  func forecast(_ result: PlanResult, _ knowledge: Knowledge, budget: Budget) throws -> Forecast? {
    guard isOn, let plan = result.plan else { return nil }
    guard let subject = ForecastSubject(plan: plan, knowledge: knowledge, budget: budget) else {
      let text = "warning: no forecast: the only rows of \(plan.model) on \(plan.accelerator) are of one load\n"
      FileHandle.standardError.write(Data(text.utf8))
      return nil
    }
    var settings = try settings()
    settings.coldStart = (try? knowledge.model(named: plan.model)).map { ColdStart(model: $0) }
    return Forecaster.forecast(subject, settings: settings)
  }

  func settings() throws -> ForecastSettings {
    var settings = ForecastSettings(seed: seed, samples: samples)
    settings.trafficSpread = trafficSpread
    switch arrivals {
    case "poisson": settings.arrivals = .poisson
    case "bursty": settings.arrivals = .bursty
    case "diurnal": settings.arrivals = .diurnal
    default: settings.arrivals = .recorded(try Self.rows(arrivals), name: arrivals)
    }
    return settings
  }

  private static func rows(_ path: String) throws -> [TraceRow] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ValidationError("--arrivals \(path): write poisson, bursty, diurnal, or the name of a file that can be read")
    }
    do {
      return try TraceFile(parsing: [UInt8](data), name: path).recorded
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
