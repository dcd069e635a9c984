import ArgumentParser
import Logging
import ModelServer
import ServiceLifecycle

struct SimulateServerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-server", abstract: "Play a vLLM server at the pace of a benchmark; needs no GPU.",
    discussion: ModelServerConfiguration.usage)

  @Argument(parsing: .allUnrecognized, help: "As listed above; vLLM's own flags are understood.") var words: [String] = []

  func run() async throws {
    let configuration: ModelServerConfiguration
    do {
      configuration = try ModelServerConfiguration(arguments: words)
    } catch {
      throw ValidationError("\(error)")
    }
    let logger = LogOptions.standardError(.info)
    let simulator = ModelServerSimulator(configuration)
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: simulator), .init(service: Announcement(simulator: simulator, logger: logger))],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    do {
      try await group.run()
    } catch {
      throw CleanFailure("\(error)")
    }
  }

  private struct Announcement: Service {
    let simulator: ModelServerSimulator
    let logger: Logger

    func run() async throws {
      let port = try await simulator.boundPort
      logger.notice("the simulated model server listens", metadata: ["port": "\(port)"])
      try await gracefulShutdown()
    }
  }
}
