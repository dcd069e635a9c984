import Foundation

extension ClusterConnection {
  private static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The connection that kubectl would use: an explicit file, `KUBECONFIG`, the pod's service account, `~/.kube/config`.
  package static func find(
    kubeconfig: String? = nil, context: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> ClusterConnection {
    if let kubeconfig { return try KubeConfig(files: [kubeconfig]).connection(context: context) }
    if let list = environment["KUBECONFIG"], !list.isEmpty {
      let files = list.split(separator: ":").map(String.init)
      let present = files.filter { FileManager.default.fileExists(atPath: $0) }
      guard !present.isEmpty else { throw KubeConfigError("KUBECONFIG names \(list), and there is no such file") }
      return try KubeConfig(files: present).connection(context: context)
    }
    if environment["KUBERNETES_SERVICE_HOST"] != nil, context == nil { return try inCluster(environment: environment) }
    let home = environment["HOME"] ?? NSHomeDirectory()
    let file = home + "/.kube/config"
    guard FileManager.default.fileExists(atPath: file) else {
      throw KubeConfigError(
        "no cluster is configured: pass --kubeconfig FILE, set KUBECONFIG, write \(file), or run in a pod with a service account")
    }
    return try KubeConfig(files: [file]).connection(context: context)
  }

  /// The API server of the cluster that this process runs in, as its pod's service account.
  ///
  /// - Parameter folder: where the token, the authority and the namespace are mounted.
  package static func inCluster(environment: [String: String], folder: String = serviceAccount) throws -> ClusterConnection {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"] else {
      throw KubeConfigError("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod")
    }
    guard FileManager.default.isReadableFile(atPath: folder + "/token") else {
      throw KubeConfigError("\(folder)/token cannot be read: give the pod a service account with automountServiceAccountToken")
    }
    var connection = ClusterConnection(server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
    connection.authority = .file(folder + "/ca.crt")
    connection.credential = .tokenFile(folder + "/token")
    if let namespace = try? String(contentsOfFile: folder + "/namespace", encoding: .utf8) {
      connection.namespace = namespace.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return connection
  }
}
