import Foundation
import Synchronization

/// A program that a test started, in a process group of its own, which is ended with this value at the latest.
///
/// Its output goes to files that nobody else sees, so no pipe can fill up and nothing blocks: neither a thread of the
/// cooperative pool, on which the server under test may need to answer, nor the program itself.
package final class ChildProcess: Sendable {
  package enum Input: Sendable {
    case none
    case text(String)
    /// Open, and nothing comes, until this process ends in whatever way: how a child learns that its parent has died.
    case open
  }

  package let name: String
  package let pid: pid_t
  private let outputFile: Int32
  private let errorFile: Int32
  private let openInput: Int32?
  private let status = Mutex<Int32?>(nil)

  package init(
    _ executable: String, _ arguments: [String] = [], input: Input = .none, environment: [String: String] = [:], directory: String? = nil
  ) throws {
    guard let path = Tools.find(executable) else { throw TestKitError("there is no program \(executable) on the PATH") }
    name = ([executable] + arguments).joined(separator: " ")
    outputFile = try temporaryFile("")
    errorFile = try temporaryFile("")
    let childInput: Int32
    switch input {
    case .none:
      (childInput, openInput) = (try checked(Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC), "open /dev/null"), nil)
    case .text(let text):
      (childInput, openInput) = (try temporaryFile(text), nil)
    case .open:
      let ends = try pipeForOneChild()
      (childInput, openInput) = (ends.read, ends.write)
    }
    defer { close(childInput) }
    // What the user of this machine imported must not change what tests see.
    let variables = ProcessInfo.processInfo.environment.merging(["PODIUM_DATABASE": "shipped"]) { $1 }.merging(environment) { $1 }
    let command = directory.map { ["/usr/bin/env", "-C", $0, path] + arguments } ?? [path] + arguments
    pid = try spawn(command, input: childInput, output: outputFile, errors: errorFile, variables)
  }

  deinit {
    kill()
    close(outputFile)
    close(errorFile)
    if let openInput { close(openInput) }
  }

  /// What it wrote to standard output until now.
  package var output: String { contents(of: outputFile) }
  /// What it wrote to standard error until now.
  package var errors: String { contents(of: errorFile) }

  /// How it ended: the exit status, or 128 + the signal; `nil` while it runs.
  package func exitStatus() -> Int32? {
    status.withLock { status in
      if let status { return status }
      var raw: Int32 = 0
      guard waitpid(pid, &raw, WNOHANG) == pid else { return nil }
      let signal = raw & 0x7f
      status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
      return status
    }
  }

  /// Waits for its end. Past the deadline it is killed, and the error holds what it had written.
  @discardableResult
  package func wait(within limit: Duration = .seconds(120)) async throws -> Int32 {
    let deadline = ContinuousClock.now + limit
    while true {
      if let status = exitStatus() { return status }
      if ContinuousClock.now > deadline {
        kill()
        throw TestKitError("\(name) did not end within \(limit)\noutput: \(output)\nerrors: \(errors)")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Sends a signal to it alone, unless it has ended.
  package func signal(_ signal: Int32) {
    if exitStatus() == nil { _ = Glibc.kill(pid, signal) }
  }

  /// Asks it to end (SIGTERM) and waits; past the limit it is killed.
  @discardableResult
  package func stop(within limit: Duration = .seconds(30)) async throws -> Int32 {
    signal(SIGTERM)
    return try await wait(within: limit)
  }

  /// Ends it and what it started, at once.
  package func kill() {
    guard exitStatus() == nil else { return }
    _ = Glibc.kill(-pid, SIGKILL)
    status.withLock { status in
      var raw: Int32 = 0
      while status == nil {
        if waitpid(pid, &raw, 0) == pid || errno != EINTR { status = 128 + SIGKILL }
      }
    }
  }
}

/// One child starts at a time, so that none inherits what was just opened for another.
private let spawning = Mutex<Void>(())

private func pipeForOneChild() throws -> (read: Int32, write: Int32) {
  try spawning.withLock { _ in
    var ends: [Int32] = [0, 0]
    _ = try checked(pipe(&ends), "pipe")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}

private func spawn(
  _ command: [String], input: Int32, output: Int32, errors: Int32, _ environment: [String: String]
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (descriptor, number) in [(input, Int32(0)), (output, 1), (errors, 2)] {
    posix_spawn_file_actions_adddup2(&actions, descriptor, number)
  }
  // Sockets of the servers in this process are not for the child.
  for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
    if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
  }
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  // Threads of Dispatch block signals, and a child would inherit that: no SIGTERM would ever reach it.
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
  posix_spawnattr_setpgroup(&attributes, 0)

  var argv = command.map { strdup($0) } + [nil]
  var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { (argv + envp).forEach { free($0) } }
  var pid: pid_t = 0
  let failure = spawning.withLock { _ in posix_spawn(&pid, command[0], &actions, &attributes, &argv, &envp) }
  guard failure == 0 else { throw TestKitError("cannot start \(command[0]): \(String(cString: strerror(failure)))") }
  return pid
}

/// A file without a name, holding the text, open at its beginning.
private func temporaryFile(_ text: String) throws -> Int32 {
  var template = Array("\(NSTemporaryDirectory())podium-test-XXXXXX".utf8CString)
  let file = try checked(mkstemp(&template), "mkstemp")
  _ = fcntl(file, F_SETFD, FD_CLOEXEC)
  unlink(template)
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = try bytes.withUnsafeBytes { try checked(write(file, $0.baseAddress, $0.count), "write") }
    bytes = bytes.dropFirst(written)
  }
  lseek(file, 0, SEEK_SET)
  return file
}

private func contents(of file: Int32) -> String {
  var information = stat()
  guard fstat(file, &information) == 0, information.st_size > 0 else { return "" }
  var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
  let count = pread(file, &bytes, bytes.count, 0)
  return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}

private func checked<Number: BinaryInteger>(_ result: Number, _ call: String) throws -> Number {
  guard result >= 0 else { throw TestKitError("\(call): \(String(cString: strerror(errno)))") }
  return result
}
