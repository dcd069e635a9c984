/// A loop inside the control plane that reacts to the store's changes.
protocol Controller: Sendable {
  /// Runs until it is cancelled or the store ends all subscriptions.
  func run() async throws
}
