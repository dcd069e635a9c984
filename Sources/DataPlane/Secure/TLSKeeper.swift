import Logging
import NIOSSL
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps the credentials that new connections are served with, and renews them when their files change. Connections that are open
/// keep what they were opened with. Files that cannot be used are refused once, with the reason, and what was in force stays.
final class TLSKeeper: Sendable {
  private struct State {
    var credentials: TLSCredentials
    /// What was tried last, whether it could be used or not.
    var tried: TLSFiles
    /// Why the last attempt failed.
    var problem: TLSError?
  }

  let settings: TLSSettings
  private let logger: Logger
  private let state: Mutex<State>
  /// One renewal after the other.
  private let renewing = Mutex(())

  init(_ settings: TLSSettings, logger: Logger) throws(TLSError) {
    self.settings = settings
    self.logger = logger
    let files = try TLSFiles(settings)
    state = Mutex(State(credentials: try TLSCredentials(settings, files, now: Self.now), tried: files))
  }

  /// For the next connection.
  var context: NIOSSLContext { state.withLock { $0.credentials.context } }

  /// When the server's certificate expires, in seconds since 1970.
  var expiry: Int { state.withLock { $0.credentials.expiry } }

  /// Reads the files again, and takes them if they have changed and can be used.
  /// - Parameter always: Takes them even if they have not changed, and says so: somebody asked.
  func renew(always: Bool = false) {
    renewing.withLock { _ in
      do throws(TLSError) {
        let files = try TLSFiles(settings)
        guard always || state.withLock({ $0.tried != files }) else { return }
        state.withLock { $0.tried = files }
        let credentials = try TLSCredentials(settings, files, now: Self.now)
        state.withLock { state in
          state.credentials = credentials
          state.problem = nil
        }
        logger.info("TLS certificate in force", metadata: ["certificate": "\(settings.certificate)"])
      } catch {
        let isNew = state.withLock { state in
          defer { state.problem = error }
          return state.problem != error
        }
        if isNew || always { logger.error("TLS certificate refused, the last good one stays: \(error)") }
      }
    }
  }

  /// Looks at the files until the task is cancelled.
  func watch() async {
    while (try? await Task.sleep(for: settings.watchInterval)) != nil { renew() }
  }

  private static var now: Int { Int(time(nil)) }
}
