import Planning

/// How long a replica takes until it serves, and what that assumes.
package struct ColdStart: Sendable, Hashable {
  package var weightsGB: Double
  /// GB/s from where the weights are stored into the GPU's memory, all of a replica's GPUs together.
  package var bandwidthGBps: Double
  /// Seconds for the rest: scheduling the pod, starting the engine, capturing graphs. The image is on the node.
  package var startSeconds: Double
  /// Seconds until the autoscaler has noticed.
  package var reactionSeconds: Double

  /// Assumptions: 1 GB/s is a node's usual share of network storage, 45 s an engine's usual start without its weights; the autoscaler
  /// asks every 5 s, as our ScaledObjects say, and another 5 s pass until the pod is made.
  package init(weightsGB: Double, bandwidthGBps: Double = 1, startSeconds: Double = 45, reactionSeconds: Double = 10) {
    self.weightsGB = weightsGB
    self.bandwidthGBps = bandwidthGBps
    self.startSeconds = startSeconds
    self.reactionSeconds = reactionSeconds
  }

  /// Parameters × bytes of each, as the model's name tells the precision: 2 bytes, 1 for FP8 and 8-bit integers, half a byte for 4 bits.
  package init(model: ModelEntry) {
    let name = model.id.lowercased()
    let isFour = ["int4", "awq", "gptq", "w4a16", "fp4", "mxfp4", "4bit"].contains { name.contains($0) }
    let isEight = ["fp8", "int8", "w8a8", "8bit"].contains { name.contains($0) }
    let size = model.parametersBillions > 0 ? model.parametersBillions : QualityTable.parametersBillions(inName: model.id)
    self.init(weightsGB: size * (isFour ? 0.5 : isEight ? 1 : 2))
  }

  package var loadSeconds: Double { weightsGB / bandwidthGBps }
  /// From the moment more is needed until the new replicas serve.
  package var seconds: Double { reactionSeconds + startSeconds + loadSeconds }
}
