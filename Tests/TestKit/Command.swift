/// What a finished command left behind.
package struct CommandResult: Sendable {
  /// The command as one would type it, for messages.
  package let command: String
  /// The exit status, or 128 + the signal that ended it.
  package let status: Int32
  package let output: String
  package let errors: String

  package var succeeded: Bool { status == 0 }

  /// The result itself when the status is 0; otherwise throws what it printed.
  @discardableResult
  package func checked() throws -> CommandResult {
    guard succeeded else { throw TestKitError("\(command)\nended with status \(status)\n\(errors)\(output)") }
    return self
  }
}

package enum Command {
  /// Runs a program to its end and captures what it prints. `executable` is a path, or a name that the PATH finds.
  ///
  /// `environment` is added to that of this process. Past the timeout the program is killed, and an error is thrown.
  package static func run(
    _ executable: String, _ arguments: [String] = [], input: String? = nil, environment: [String: String] = [:], directory: String? = nil,
    timeout: Duration = .seconds(120)
  ) async throws -> CommandResult {
    let child = try ChildProcess(
      executable, arguments, input: input.map { .text($0) } ?? .none, environment: environment, directory: directory)
    let status = try await child.wait(within: timeout)
    return CommandResult(command: child.name, status: status, output: child.output, errors: child.errors)
  }
}
