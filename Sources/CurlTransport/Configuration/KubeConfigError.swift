/// Why no connection could be made out of a kubeconfig or a pod's service account, and where to look.
package struct KubeConfigError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  init(_ path: String, _ problem: String) { description = "kubeconfig \(path): \(problem)" }
}
