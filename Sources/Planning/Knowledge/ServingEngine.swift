/// The engine that plans are deployed with.
package enum ServingEngine {
  /// Of vLLM. Benchmarks of another minor version may be off: each release changes the scheduler's speed.
  package static let vllmVersion = "0.33.0"
}
