/// Where an offer's figures are from, put into words only for those that are shown.
enum Account {
  indirect case row(Benchmark)
  /// Rows of the same model, GPU and number of GPUs, within their lengths or beyond.
  case fit(FittedRows, isWithin: Bool)
  /// The same on fewer and on more GPUs.
  case between(FittedRows, FittedRows)
  /// Rows of another model of the same architecture.
  indirect case twin(String, FittedRows)
  indirect case roofline(ModelArchitecture)

  static let rooflineSource = "a roofline of the weights, the KV cache and the GPU's data sheet, its efficiency fitted on measured rows"

  /// By ``CrossValidation``, rounded; tested.
  private static let rooflineError =
    "Measured pairs of model and GPU that are left out of that fit are estimated 20 % wrong per token and 30 % to the first token on average."
  private static let smallError =
    "The only small dense model among them (8 billion parameters, on H200) is 60 % and 160 % wrong, because nothing like it is left to fit: "
    + "measure before you rely on this one."

  private static let method =
    "No row holds these p95s and this rate: a birth–death queue over the latency model gives the largest rate within the service level, of "
    + "which nine tenths are planned with; the tails are the queue's states and spreads seen in other measurements, and less certain."

  /// Sentences for people.
  var sentences: [String] {
    switch self {
    case .row(let row): Self.sentences(row)
    case .fit(let fit, let isWithin):
      ["Fitted to \(fit.rows) \(fit.title)\(isWithin ? "" : ", at other lengths,") of this model and GPU: \(fit.source).", Self.method]
    case .between(let below, let above):
      ["Between \(below.title) on \(below.gpus) and on \(above.gpus) GPUs of this kind: \(below.source).", Self.method]
    case .twin(let name, let fit):
      ["Fitted to \(fit.rows) \(fit.title) of \(name), which has the same architecture and precision: \(fit.source).", Self.method]
    case .roofline(let architecture):
      [
        "Estimated by \(Self.rooflineSource)\(architecture.isGuess ? "; the architecture is a guess from its size" : "").",
        architecture.isSmallDense ? Self.rooflineError + " " + Self.smallError : Self.rooflineError, Self.method,
      ]
    }
  }

  private static func sentences(_ row: Benchmark) -> [String] {
    var sentences = ["The figures are a \(row.kind.rawValue) row of exactly \(row.profile) tokens: \(row.source)."]
    if let mean = row.itl.mean, let p95 = row.itl.p95, p95 < mean {
      sentences.append("The row's ITL p95 of \(Figure(p95)) ms is below its mean of \(Figure(mean)) ms: one of them is not what it says.")
    }
    return sentences
  }
}

extension FittedRows {
  /// `measured rows (fp8)`
  fileprivate var title: String { "\(kind.rawValue) rows" + (precision.map { " (\($0))" } ?? "") }
}
