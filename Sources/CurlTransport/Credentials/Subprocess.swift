import ControllerRuntime
import Foundation

/// Runs a program to its end and collects what it printed.
enum Subprocess {
  static func run(
    _ command: String, _ arguments: [String], environment: [String: String], timeout: Duration, hint: String?
  ) async throws -> (status: Int32, output: [UInt8], errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    let status = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { process in
      status.continuation.yield(process.terminationStatus)
      status.continuation.finish()
    }
    do {
      try process.run()
    } catch {
      throw TransportError(.credentials, "the credential plugin \(command) cannot be run: \(error.localizedDescription)")
    }
    let pid = process.processIdentifier
    let watchdog = Task {
      try await Task.sleep(for: timeout)
      kill(pid, SIGTERM)
    }
    defer { watchdog.cancel() }
    async let errorBytes = read(errors.fileHandleForReading)
    let outputBytes = await read(output.fileHandleForReading)
    let errorText = String(decoding: await errorBytes, as: UTF8.self)
    var code: Int32 = -1
    for await value in status.stream { code = value }
    if code == 127 {
      throw TransportError(.credentials, "the credential plugin \(command) is not installed" + (hint.map { ": \($0)" } ?? ""))
    }
    return (code, outputBytes, errorText)
  }

  /// On a thread of its own: reading a pipe blocks.
  private static func read(_ handle: FileHandle) async -> [UInt8] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: [UInt8]((try? handle.readToEnd()) ?? Data())) }
    }
  }
}
