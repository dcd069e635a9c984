/// How far the 95th percentiles lie above the means, where nobody measured percentiles.
///
/// Two parts: the states of the queue, which arriving requests find by chance, and a spread that even one load shows. The spreads
/// are checked on the 21 measured loads without queueing of one server (Llama-3.1-8B on one GPU, six engine settings;
/// inference-perf, KubeCon NA 2025) by ``TailValidation``: with them the model's p95s are 7 % from the measured ones for TTFT, 4 % for
/// ITL and 4 % for E2E on average, and neither above nor below on the whole. Loads that queue for prefills are not described. The spread
/// of lengths is from simulated rows. A p95 made by this is a model's, whatever the means are from; a plan says so.
package enum TailModel {
  /// p95 ÷ mean of the TTFT at one batch: the factor at which the median of predicted ÷ measured is 1.00 there (1.1 makes it 0.92 and 1.3
  /// 1.08). The simulated rows of the shipped profiles show 1.12–1.18 in the median.
  package static let prefillSpread = 1.2
  /// p95 ÷ mean of the inter-token latency of a request at the least load: 1.008–1.066 there, 1.02 in the mean. At higher loads the
  /// states of the queue decide.
  package static let decodeSpread = 1.02
  /// p95 ÷ mean of the tokens of an answer. E2E p95 ÷ mean is 1.41 in the median of the simulated rows of 512→256 tokens, 1.33 at
  /// 4096→512, 1.15 at 1024→1024 and 1.19 at 10240→1536; the largest one, because nothing is known of the answers. Where all answers are
  /// of one length, as in the measured loads above, it makes the E2E p95 a third too high: on the safe side.
  package static let lengthSpread = 1.4
  /// The 95th percentile of the normal distribution, in standard deviations.
  static let deviations = 1.645
}
