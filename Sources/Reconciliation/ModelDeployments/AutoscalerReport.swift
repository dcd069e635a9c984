import JSON
import Kubernetes

/// What KEDA says of a deployment's ScaledObject, as the condition `Autoscaled`; its own conditions carry no times and no generation.
struct AutoscalerReport {
  private let scaledObject: KubeObject
  private let reported: [String: (status: String, message: String)]

  /// `nil` where there is no ScaledObject of this owner.
  init?(_ scaledObject: KubeObject?, owner: KubeObject) {
    guard let scaledObject, scaledObject.ownerReferences.contains(where: { $0.uid == owner.uid }) else { return nil }
    self.scaledObject = scaledObject
    let conditions = scaledObject[["status", "conditions"]]?.array ?? []
    reported = Dictionary(
      conditions.compactMap { condition in
        guard let type = condition["type"]?.string, let status = condition["status"]?.string else { return nil }
        return (type, (status, condition["message"]?.string ?? ""))
      }, uniquingKeysWith: { _, last in last })
  }

  func condition(generation: Int) -> Condition {
    let finding = Finding.first(self, [Self.isReported, Self.isRunning, Self.isReady, Self.isMeasuring])
    let message =
      reported["Active"]?.status == "False"
      ? "KEDA sees no demand: the fewest replicas run." : "KEDA keeps the number of replicas in line with the demand."
    return Condition("Autoscaled", finding: finding, else: "Autoscaled", message, generation: generation)
  }

  private static func isReported(_ it: AutoscalerReport) -> Finding? {
    it.reported.isEmpty || it.reported["Ready"]?.status == "Unknown"
      ? Finding("Pending", "KEDA has not reported on the ScaledObject \(it.scaledObject.name) yet.", status: .unknown) : nil
  }

  private static func isRunning(_ it: AutoscalerReport) -> Finding? {
    it.isTrue("Paused")
      ? Finding(
        "Paused",
        "Somebody paused the ScaledObject \(it.scaledObject.name): replicas stay as they are until its annotations "
          + "autoscaling.keda.sh/paused… are removed.") : nil
  }

  private static func isReady(_ it: AutoscalerReport) -> Finding? {
    guard let ready = it.reported["Ready"], ready.status == "False" else { return nil }
    return Finding("ScalerFailed", "KEDA cannot scale by the ScaledObject \(it.scaledObject.name)\(it.detail(ready.message))")
  }

  private static func isMeasuring(_ it: AutoscalerReport) -> Finding? {
    guard let fallback = it.reported["Fallback"], fallback.status == "True" else { return nil }
    return Finding(
      "FallingBack",
      "KEDA cannot read the demand and keeps to the fallback of the ScaledObject \(it.scaledObject.name)\(it.detail(fallback.message))")
  }

  private func isTrue(_ type: String) -> Bool { reported[type]?.status == "True" }
  private func detail(_ message: String) -> String { message.isEmpty ? "." : ": \(message)" }
}
