import ModelClients
import ServiceLifecycle

/// Looks at every server again and again, each on its own: one that is slow holds up no other.
package struct ServerWatcher: Service {
  private let places: ModelPlaces
  private let board: LiveBoard

  /// Of servers on this network, and of providers on the Internet, who count requests.
  private static let (interval, remoteInterval) = (Duration.seconds(5), Duration.seconds(60))
  /// For one look.
  private static let patience: Duration = .seconds(5)

  package init(_ places: ModelPlaces, _ board: LiveBoard) {
    self.places = places
    self.board = board
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        for server in places.servers {
          group.addTask {
            while !Task.isCancelled {
              let look = await server.client.look(within: Self.patience)
              guard !Task.isCancelled else { return }
              board.saw(look, at: server.backends)
              try? await Task.sleep(for: server.isRemote ? Self.remoteInterval : Self.interval)
            }
          }
        }
      }
    }
  }
}
