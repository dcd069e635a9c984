/// What a roofline needs to know of one GPU.
package struct AcceleratorFigures: Sendable, Hashable {
  /// GB of memory; 1 GB = 10⁹ bytes.
  package var memoryGB: Double
  /// GB/s between memory and processors.
  package var bandwidth: Double
  /// Dense TFLOPS of 16-bit matrices, and of 8-bit ones where the GPU multiplies them.
  package var teraflops: Double
  package var teraflops8: Double

  package init(memoryGB: Double, bandwidth: Double, teraflops: Double, teraflops8: Double? = nil) {
    self.memoryGB = memoryGB
    self.bandwidth = bandwidth
    self.teraflops = teraflops
    self.teraflops8 = teraflops8 ?? teraflops
  }

  /// By the name that plans use; `nil` for a GPU whose data sheet is not here.
  init?(named name: String) {
    guard let known = Self.known[name.lowercased()] else { return nil }
    self = known
  }

  /// TFLOPS for weights of a precision. Four-bit weights are multiplied as sixteen-bit ones where there is no format of the GPU's
  /// own for them; where there is one, the gain over eight bits is left to the fit.
  func teraflops(_ precision: WeightPrecision) -> Double { precision == .bits16 ? teraflops : teraflops8 }

  /// From the vendors' data sheets, without sparsity.
  private static let known: [String: AcceleratorFigures] = [
    "l4": .init(memoryGB: 24, bandwidth: 300, teraflops: 121, teraflops8: 242),
    "a10g": .init(memoryGB: 24, bandwidth: 600, teraflops: 70),
    "l20": .init(memoryGB: 48, bandwidth: 864, teraflops: 119.5, teraflops8: 239),
    "l40": .init(memoryGB: 48, bandwidth: 864, teraflops: 181, teraflops8: 362),
    "l40s": .init(memoryGB: 48, bandwidth: 864, teraflops: 362, teraflops8: 733),
    "a100-40": .init(memoryGB: 40, bandwidth: 1555, teraflops: 312),
    "a100-80": .init(memoryGB: 80, bandwidth: 2039, teraflops: 312),
    "h100": .init(memoryGB: 80, bandwidth: 3350, teraflops: 989, teraflops8: 1979),
    "h200": .init(memoryGB: 141, bandwidth: 4800, teraflops: 989, teraflops8: 1979),
    "b100": .init(memoryGB: 192, bandwidth: 8000, teraflops: 1750, teraflops8: 3500),
    "b200": .init(memoryGB: 192, bandwidth: 8000, teraflops: 2250, teraflops8: 4500),
    "b300": .init(memoryGB: 288, bandwidth: 8000, teraflops: 2250, teraflops8: 4500),
    "mi300x": .init(memoryGB: 192, bandwidth: 5300, teraflops: 1307, teraflops8: 2615),
  ]
}
