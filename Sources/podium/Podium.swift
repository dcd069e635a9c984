import ArgumentParser
import Logging

/// `podium`: one program for the people who run the platform.
@main
struct Podium: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "podium",
    abstract: "Plan, deploy and schedule LLM serving on Kubernetes.",
    discussion: """
      Say what a model must do and whom it must serve first; Podium plans the GPUs, deploys the servers, and schedules every \
      request. Start with `podium dev`: a control plane, the operator, the data plane and simulated model servers in one process.
      """,
    version: Version.current,
    subcommands: [
      DevCommand.self, OperatorCommand.self, PlanCommand.self, RecommendCommand.self, CatalogCommand.self, ServeCommand.self,
      ConvertCommand.self, SimulateCommand.self, LoadCommand.self, SimulateServerCommand.self, VersionCommand.self,
    ])
}

struct LogOptions: ParsableArguments {
  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
  var level: Logger.Level = .info

  /// Sends all logs to standard error as text, from here on.
  func bootstrap() -> Logger { Self.standardError(level) }

  static func standardError(_ level: Logger.Level) -> Logger {
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
    return Logger(label: "podium")
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
