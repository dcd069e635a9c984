import JSON
import Planning

extension PlanReport {
  /// Why not, of each configuration that was rejected: the nearest to being possible first.
  package static func json(_ rejections: [Rejection]) -> JSONValue {
    .array(rejections.nearestFirst.map(json))
  }

  private static func json(_ rejection: Rejection) -> JSONValue {
    [
      "model": .string(rejection.model), "accelerator": .string(rejection.accelerator), "gpus": JSONValue(rejection.gpus),
      "confidence": .string(rejection.confidence.rawValue), "basis": .string(rejection.basis.rawValue),
      "reason": .string(rejection.reason.rawValue), "misses": .array(rejection.misses.map(json)),
      "sentence": .string(rejection.sentence),
    ]
  }

  private static func json(_ miss: Rejection.Miss) -> JSONValue {
    [
      "figure": .string(miss.figure), "unit": .string(miss.unit), "value": .double(miss.value), "limit": .double(miss.limit),
      "percentTooMuch": .double((miss.ratio - 1) * 100),
    ]
  }
}
