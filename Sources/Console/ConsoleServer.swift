import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The API on a socket: its whole life is one ``run()``.
package struct ConsoleServer: Service {
  private let api: ConsoleAPI
  private let host: String
  private let port: Int
  private let logger: Logger
  private let onListening: @Sendable (Int) async -> Void

  /// A connection that says nothing for so long is closed.
  private static let idleTimeout = TimeAmount.seconds(60)

  /// - Parameter port: 0 takes any free one; `onListening` learns which.
  package init(
    _ api: ConsoleAPI, host: String, port: Int, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.api = api
    self.host = host
    self.port = port
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until graceful shutdown; requests under way are answered.
  package func run() async throws {
    var quiet = logger
    quiet.logLevel = .warning
    let onListening = self.onListening
    let application = Application(
      responder: ConsoleResponder(api: api), server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw ConsoleStartError(
        "port \(port) on \(host) is already in use: stop what listens there, or choose another (0 takes any free one)")
    } catch let error as IOError {
      throw ConsoleStartError("cannot listen on \(host):\(port): \(error)")
    }
  }
}

/// Why the server does not start, for people.
package struct ConsoleStartError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
