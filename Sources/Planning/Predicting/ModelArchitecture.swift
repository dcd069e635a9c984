/// What a roofline needs to know of a model: how much is read and computed for a token.
package struct ModelArchitecture: Sendable, Hashable {
  /// `llama-3.1-8b`: models of one architecture and precision take the same time.
  package var name: String
  /// Billions of parameters, all of them and those that a token uses.
  package var parametersBillions: Double
  package var activeBillions: Double
  package var layers: Int
  package var hiddenSize: Int
  /// Bytes of the KV cache for a token, with 16 bits a number.
  package var cacheBytesPerToken: Int
  /// Experts of a layer and how many of them a token uses; 1 and 1 for a dense model.
  package var experts: Int
  package var expertsPerToken: Int
  /// The figures are from the size alone.
  package var isGuess: Bool

  package init(
    name: String, parametersBillions: Double, activeBillions: Double? = nil, layers: Int, hiddenSize: Int, cacheBytesPerToken: Int,
    experts: Int = 1, expertsPerToken: Int = 1, isGuess: Bool = false
  ) {
    self.name = name
    self.parametersBillions = parametersBillions
    self.activeBillions = activeBillions ?? parametersBillions
    self.layers = layers
    self.hiddenSize = hiddenSize
    self.cacheBytesPerToken = cacheBytesPerToken
    self.experts = experts
    self.expertsPerToken = expertsPerToken
    self.isGuess = isGuess
  }

  /// The part of the experts that one token uses.
  var expertShare: Double { Double(expertsPerToken) / Double(experts) }

  /// Smaller than anything dense that remains measured when Llama 3.1 8B is left out: its overheads are extrapolated.
  var isSmallDense: Bool { experts == 1 && parametersBillions < 16 }

  /// Billions of parameters in experts: total = rest + experts and active = rest + experts × share.
  var expertBillions: Double {
    experts > 1 ? (parametersBillions - activeBillions) / (1 - expertShare) : 0
  }
}

extension ModelArchitecture {
  /// The architecture that a model's id names, or a dense one of its size; `nil` when neither is known.
  init?(modelID: String, parametersBillions: Double) {
    let id = Array(modelID.lowercased().utf8)
    if let known = Self.known.first(where: { pattern, _ in Self.contains(id, Array(pattern.utf8)) }) {
      self = known.1
      return
    }
    guard parametersBillions > 0 else { return nil }
    let shape = Self.shapes.first { parametersBillions <= $0.billions } ?? Self.shapes[Self.shapes.count - 1]
    self.init(
      name: "dense \(parametersBillions)B", parametersBillions: parametersBillions, layers: shape.layers, hiddenSize: shape.hidden,
      cacheBytesPerToken: shape.cache, isGuess: true)
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= text.count, let first = part.first else { return false }
    return (0...(text.count - part.count)).contains { start in
      text[start] == first && text[start..<(start + part.count)].elementsEqual(part)
    }
  }

  /// Typical shapes of dense models up to a size.
  private static let shapes: [(billions: Double, layers: Int, hidden: Int, cache: Int)] = [
    (2, 24, 2048, 57_344), (5, 36, 2560, 100_000), (10, 36, 4096, 140_000), (16, 40, 5120, 190_000), (40, 56, 5120, 210_000),
    (80, 80, 8192, 327_680), (1e9, 96, 12_288, 400_000),
  ]
}

/// In what form weights are stored and multiplied.
package enum WeightPrecision: String, Sendable, Hashable {
  case bits16, bits8, bits4

  /// From a row's column, else from a model's name, else 16 bits.
  init(named precision: String?, modelID: String) {
    let text = (precision ?? "").isEmpty ? modelID.lowercased() : (precision ?? "").lowercased()
    func has(_ words: [String]) -> Bool { words.contains { text.contains($0) } }
    if has(["w4a16", "fp4", "int4", "awq", "gptq", "4bit", "gpt-oss", "kimi-k2.5"]) {
      self = .bits4
    } else if has(["fp8", "w8a8", "int8"]) {
      self = .bits8
    } else {
      self = .bits16
    }
  }

  /// With the scales that small formats carry.
  var bytesPerParameter: Double {
    switch self {
    case .bits16: 2
    case .bits8: 1.03
    case .bits4: 0.56
    }
  }
}
