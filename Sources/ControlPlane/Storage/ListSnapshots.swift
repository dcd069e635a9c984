import Synchronization

/// The rest of lists that are read in pages: every page of a list shows the same version.
///
/// A page costs references, not copies. The snapshots are few; the oldest goes first, and its reader gets 410 and lists anew.
final class ListSnapshots: Sendable {
  /// How many lists may be under way: an informer of each of the ~60 kinds of a busy operator, once.
  static let limit = 64

  struct Page: Sendable {
    let remaining: [StoredObject]
    let version: Int64
  }

  private struct State {
    var pages: [(token: String, page: Page)] = []
    var next = 0
  }

  private let state = Mutex(State())

  /// Keeps what follows after a page; returns the token that asks for it.
  func keep(_ remaining: [StoredObject], version: Int64) -> String {
    state.withLock { state in
      state.next += 1
      let token = "v\(version).\(state.next)"
      state.pages.append((token, Page(remaining: remaining, version: version)))
      if state.pages.count > Self.limit { state.pages.removeFirst() }
      return token
    }
  }

  func page(_ token: String) -> Page? {
    state.withLock { $0.pages.first { $0.token == token }?.page }
  }
}
