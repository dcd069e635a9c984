import ArgumentParser

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Show the version.")

  @Flag(help: "As JSON.") var json = false

  func run() {
    print(json ? #"{"version":"\#(Version.current)"}"# : "podium \(Version.current)")
  }
}
