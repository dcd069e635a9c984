import JSON

/// Something about the facts that a plan's reader should know.
package struct CatalogFinding: Sendable, Hashable, CustomStringConvertible {
  package enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// How the data is; nothing to do.
    case note
    /// Plans may be wrong, or lack a choice.
    case warning
    /// Plans are impossible, or of yesterday.
    case error

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case sourceUnavailable = "SourceUnavailable"
    case noBenchmarks = "NoBenchmarks"
    case modelWithoutBenchmarks = "ModelWithoutBenchmarks"
    case acceleratorWithoutPrice = "AcceleratorWithoutPrice"
    case stalePrice = "StalePrice"
    case undatedPrice = "UndatedPrice"
    case engineVersionsDiffer = "EngineVersionsDiffer"
    case p95BelowMean = "P95BelowMean"
    case contradictingRows = "ContradictingRows"
    case duplicateRows = "DuplicateRows"
    case unsaturatedSweep = "UnsaturatedSweep"
    case unlistedModel = "UnlistedModel"
    case unlistedAccelerator = "UnlistedAccelerator"

    package var severity: Severity {
      switch self {
      case .sourceUnavailable, .noBenchmarks: .error
      case .modelWithoutBenchmarks, .acceleratorWithoutPrice, .stalePrice, .engineVersionsDiffer, .p95BelowMean, .contradictingRows,
        .duplicateRows:
        .warning
      case .undatedPrice, .unsaturatedSweep, .unlistedModel, .unlistedAccelerator: .note
      }
    }

    /// What it means, for a summary of several.
    package var title: String {
      switch self {
      case .sourceUnavailable: "the source is not available"
      case .noBenchmarks: "no benchmarks"
      case .modelWithoutBenchmarks: "models without benchmarks"
      case .acceleratorWithoutPrice: "accelerators with benchmarks and without a price"
      case .stalePrice: "prices that are old"
      case .undatedPrice: "prices without a date"
      case .engineVersionsDiffer: "models measured with other versions of vLLM than are deployed, or with several"
      case .p95BelowMean: "configurations with a p95 below its mean"
      case .contradictingRows: "configurations whose rows contradict each other"
      case .duplicateRows: "configurations with a row twice"
      case .unsaturatedSweep: "sweeps that end before saturation: capacities are at least what they say"
      case .unlistedModel: "models that only benchmarks name"
      case .unlistedAccelerator: "accelerators that only benchmarks name"
      }
    }
  }

  package let kind: Kind
  /// The model, the accelerator, or both.
  package let subject: String
  package let message: String
  /// Rows it is about; 0 where it is about none.
  package let rows: Int

  package var severity: Severity { kind.severity }
  package var description: String { "\(severity.rawValue): \(message)" }

  package var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "severity": .string(severity.rawValue), "subject": .string(subject), "message": .string(message),
      "rows": JSONValue(rows),
    ]
  }
}
