/// What a plan may run on.
package struct HardwareConstraint: Sendable, Hashable {
  /// Names or aliases of accelerators; empty for any.
  package var gpuTypes: [String]
  /// GPUs of all replicas together.
  package var maxGPUs: Int?
  /// GPUs of one replica.
  package var maxTensorParallel: Int?

  package init(gpuTypes: [String] = [], maxGPUs: Int? = nil, maxTensorParallel: Int? = nil) {
    self.gpuTypes = gpuTypes
    self.maxGPUs = maxGPUs
    self.maxTensorParallel = maxTensorParallel
  }
}
