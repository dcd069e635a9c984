import JSON

/// How the embedded control plane runs.
package struct ControlPlaneConfiguration: Sendable {
  /// It checks no credentials: keep it on loopback.
  package var host = "127.0.0.1"
  /// 0 takes any free port.
  package var port = 0
  /// Where the state lives, created when it is missing; `nil` keeps it in memory.
  package var stateDirectory: String?
  /// How many changes are kept for watches that resume; older ones get 410.
  package var watchHistory = 10_000
  /// How often a watch that allows bookmarks gets one.
  package var bookmarkInterval: Duration = .seconds(60)
  /// How long Events are kept.
  package var eventLifetime: Duration = .seconds(3600)
  /// How often expired Events are looked for.
  package var expiryInterval: Duration = .seconds(30)
  package var clock = WallClock.system
  /// CustomResourceDefinitions that are there before the first request is served; each start applies them anew.
  package var definitions: [JSONValue] = []

  package init() {}
}
