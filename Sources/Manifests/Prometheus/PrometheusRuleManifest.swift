import JSON
import Kubernetes
import QoSAPI

/// prometheus-operator's PrometheusRule of a deployment: error budgets of its tiers, and what goes wrong around them.
package enum PrometheusRuleManifest {
  /// 5 of 100 requests may be slower than what is promised at the 95th percentile.
  static let objectiveBudget = 0.05

  package static func object(for intent: ServingIntent) -> KubeObject {
    var object = intent.object(.prometheusRule)
    let model = MonitoredModel(intent)
    let url = intent.settings.monitoring.runbookURL
    let prefix = "podium-\(intent.namespace)-\(intent.name)"
    let groups: [(String, [Rule])] = [
      ("\(prefix)-objectives", objectives(intent, model).rules(model, runbookURL: url)),
      ("\(prefix)-failures", failures(intent, model).rules(model, runbookURL: url)),
      ("\(prefix)-demand", [demand(intent)]),
      ("\(prefix)-incidents", Incidents(intent).alerts.map { .alerting($0) }),
    ]
    object["spec"] = [
      "groups": .array(
        groups.filter { !$0.1.isEmpty }.map { ["name": .string($0.0), "interval": "30s", "rules": .array($0.1.map(\.json))] })
    ]
    return object
  }

  /// Requests within what is promised to their tier; failed and refused ones are outside.
  private static func objectives(_ intent: ServingIntent, _ model: MonitoredModel) -> ErrorBudgets {
    ErrorBudgets(
      alertName: "PodiumObjectiveBurn", metric: "qos_slo_outside",
      bad: model.own("qos_slo_requests_total", "objective=\"all\",result=\"outside\""),
      all: model.own("qos_slo_requests_total", "objective=\"all\""),
      tiers: intent.tiers.filter(\.hasObjective).map { ($0.name, objectiveBudget) }, wording: "are outside of what is promised")
  }

  private static func failures(_ intent: ServingIntent, _ model: MonitoredModel) -> ErrorBudgets {
    ErrorBudgets(
      alertName: "PodiumFailureBurn", metric: "qos_failures", bad: model.own("qos_requests_total", MonitoredModel.failed),
      all: model.own("qos_requests_total", MonitoredModel.judged),
      tiers: intent.tiers.filter { $0.tolerableErrorRate > 0 }.map { ($0.name, $0.tolerableErrorRate) }, wording: "fail")
  }

  /// The autoscaler's number, for people and for a metrics adapter.
  private static func demand(_ intent: ServingIntent) -> Rule {
    .recording(
      name: "namespace_model:qos_demand:sum", expression: Demand.query(intent),
      labels: ["namespace": intent.namespace, "model": intent.name])
  }
}
