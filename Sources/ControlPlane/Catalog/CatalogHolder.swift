import Kubernetes
import Logging
import Synchronization

/// The current catalog, kept in step with the CustomResourceDefinitions of the store.
final class CatalogHolder: Sendable {
  private struct State {
    var catalog = Catalog(builtIn: [], custom: [])
    /// By name, with the version that was read: an unchanged definition keeps its compiled schemas.
    var definitions: [ObjectKey: (version: Int64, definition: CustomDefinition)] = [:]
  }

  private let state = Mutex(State())
  private let builtIn: [ServedType]
  private let store: ObjectStore
  private let logger: Logger

  static let definitions = CollectionName(group: "apiextensions.k8s.io", plural: "customresourcedefinitions")

  init(builtIn: [ServedType], store: ObjectStore, logger: Logger) {
    self.builtIn = builtIn
    self.store = store
    self.logger = logger
    refresh()
  }

  var catalog: Catalog { state.withLock { $0.catalog } }

  /// Reads the definitions anew. Called after each of their changes, before the writer is answered: what has been
  /// acknowledged is served.
  func refresh() {
    state.withLock { state in
      var definitions: [ObjectKey: (version: Int64, definition: CustomDefinition)] = [:]
      for stored in store.list(Self.definitions).objects {
        if let known = state.definitions[stored.key], known.version == stored.resourceVersion {
          definitions[stored.key] = known
          continue
        }
        do {
          definitions[stored.key] = (stored.resourceVersion, try CustomDefinition(stored))
        } catch {
          logger.error("a stored definition cannot be read and is not served", metadata: ["crd": "\(stored.key)", "error": "\(error)"])
        }
      }
      state.definitions = definitions
      state.catalog = Catalog(builtIn: builtIn, custom: definitions.values.map(\.definition))
    }
  }
}
