import Dispatch
import Logging
import NIOCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes the lines that event loops hand over, one batch after the other, on a thread of its own: requests never wait for a disk.
///
/// ```
/// event loops ─ offer ─▶ at most `maximumPending` bytes ─▶ queue ─▶ write(2)
///                  └─ no room: dropped and counted
/// ```
package final class AccessLog: Sendable {
  package enum Destination: Sendable, Equatable {
    case standardOutput
    /// Appended to; made when it is not there.
    case file(String)
  }

  private struct File {
    var descriptor: Int32
    /// A line could only be written in part: the next batch begins on a new one.
    var isTorn = false
    var hasComplained = false
  }

  /// Bytes that wait to be written: seconds of a full load.
  static let maximumPending = 16 * 1024 * 1024

  package let showsTenantNames: Bool
  package let destination: Destination
  private let logger: Logger
  private let queue = DispatchQueue(label: "podium.access-log")
  private let pending = Atomic<Int>(0)
  private let writtenLines = Atomic<UInt64>(0)
  private let droppedLines = Atomic<UInt64>(0)
  /// Only used on `queue`, once this is made.
  private let file: Mutex<File>

  /// - Throws: `DataPlaneError.cannotOpenLog`.
  package init(_ destination: Destination, showsTenantNames: Bool = false, logger: Logger) throws(DataPlaneError) {
    self.destination = destination
    self.showsTenantNames = showsTenantNames
    self.logger = logger
    // Whoever reads standard output may leave: that ends the log, not the proxy.
    signal(SIGPIPE, SIG_IGN)
    file = Mutex(File(descriptor: try Self.open(destination)))
  }

  deinit { Self.close(file.withLock { $0.descriptor }, destination) }

  /// Lines since the start.
  package var written: UInt64 { writtenLines.load(ordering: .relaxed) }
  package var dropped: UInt64 { droppedLines.load(ordering: .relaxed) }

  /// Takes whole lines. Never waits: what does not fit is dropped and counted.
  func offer(_ batch: ByteBuffer, lines: Int) {
    let size = batch.readableBytes
    guard pending.wrappingAdd(size, ordering: .relaxed).newValue <= Self.maximumPending else {
      pending.wrappingSubtract(size, ordering: .relaxed)
      droppedLines.wrappingAdd(UInt64(lines), ordering: .relaxed)
      return
    }
    queue.async { [self] in
      let isWritten = file.withLock { write(batch, to: &$0) }
      if isWritten {
        writtenLines.wrappingAdd(UInt64(lines), ordering: .relaxed)
      } else {
        droppedLines.wrappingAdd(UInt64(lines), ordering: .relaxed)
      }
      pending.wrappingSubtract(size, ordering: .relaxed)
    }
  }

  /// Goes on in a new file of the same name, after the old one was moved away.
  package func reopen() {
    guard case .file = destination else { return }
    queue.async { [self] in
      do throws(DataPlaneError) {
        let descriptor = try Self.open(destination)
        let old = file.withLock { file in
          defer { file = File(descriptor: descriptor) }
          return file.descriptor
        }
        Self.close(old, destination)
      } catch {
        logger.error("the access log goes on in the old file: \(error)")
      }
    }
  }

  /// Waits until everything taken so far is written, at most as long as `limit`.
  package func flush(within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    while pending.load(ordering: .relaxed) > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(2)) }
  }

  // MARK: The file

  private static func open(_ destination: Destination) throws(DataPlaneError) -> Int32 {
    guard case .file(let path) = destination else { return STDOUT_FILENO }
    while true {
      let descriptor = systemOpen(path)
      if descriptor >= 0 { return descriptor }
      if errno != EINTR { throw .cannotOpenLog(path: path, reason: String(cString: strerror(errno))) }
    }
  }

  private static func systemOpen(_ path: String) -> Int32 {
    #if canImport(Glibc)
      Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    #else
      Darwin.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    #endif
  }

  private static func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, start, count)
    #else
      Darwin.write(descriptor, start, count)
    #endif
  }

  private static func close(_ descriptor: Int32, _ destination: Destination) {
    guard destination != .standardOutput else { return }
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  private func write(_ batch: ByteBuffer, to file: inout File) -> Bool {
    var batch = batch
    if file.isTorn {
      guard Self.write(ByteBuffer(string: "\n"), file.descriptor) == nil else { return false }
      file.isTorn = false
    }
    guard let failure = Self.write(batch, file.descriptor) else {
      file.hasComplained = false
      return true
    }
    batch.moveReaderIndex(forwardBy: failure.written)
    file.isTorn = failure.written > 0 && batch.getInteger(at: batch.readerIndex - 1, as: UInt8.self) != UInt8(ascii: "\n")
    if !file.hasComplained { logger.error("the access log cannot be written: \(String(cString: strerror(failure.code)))") }
    file.hasComplained = true
    return false
  }

  /// - Returns: `nil` when everything was written.
  private static func write(_ batch: ByteBuffer, _ descriptor: Int32) -> (written: Int, code: Int32)? {
    batch.withUnsafeReadableBytes { bytes in
      var written = 0
      while written < bytes.count {
        guard let start = bytes.baseAddress else { break }
        let count = systemWrite(descriptor, start + written, bytes.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          // Somebody else made standard output non-blocking.
          var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&interest, 1, -1)
        } else if errno != EINTR {
          return (written, errno)
        }
      }
      return nil
    }
  }
}
