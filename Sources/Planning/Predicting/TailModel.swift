/// How far the 95th percentiles lie above the means, where nobody measured percentiles.
///
/// Two parts: the states of the queue, which arriving requests find by chance, and a spread that even one load shows. The spreads
/// are those of 42 measured loads of one server (Llama-3.1-8B on one GPU, six engine settings; inference-perf, KubeCon NA 2025),
/// except for the lengths. A p95 made by this is a model's, whatever the means are from; a plan says so.
package enum TailModel {
  /// p95 ÷ mean of the TTFT at a load without queueing: 1.16–1.28 there.
  package static let prefillSpread = 1.2
  /// p95 ÷ mean of the inter-token latency of a request at the least load: 1.01–1.07 there.
  package static let decodeSpread = 1.02
  /// p95 ÷ mean of the tokens of an answer: 1.14–1.41 in the simulated rows of the four shipped profiles. The larger one, because
  /// nothing is known of the answers.
  package static let lengthSpread = 1.4
  /// The 95th percentile of the normal distribution, in standard deviations.
  static let deviations = 1.645
}
