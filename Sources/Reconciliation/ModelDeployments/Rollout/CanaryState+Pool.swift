extension CanaryState {
  /// The pool of the deployment's canary; `nil` where it has no servers of its own, or where a deployment has that name.
  static func pool(of deployment: ModelNames.Deployment, _ names: ModelNames) -> String? {
    let pool = poolName(deployment.name)
    guard CanaryState(deployment.object)?.hasServers == true, !names.contains(pool) else { return nil }
    return pool
  }
}
