import Foundation
import JSON
import TestKit
import Testing

/// The operator as the chart runs it: against a real API server, with the chart's arguments and the chart's rights.
@Suite(.serialized, .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"))
struct `podium operator` {
  @Test(.enabled(if: Machine.address != nil, "this machine has no address but loopback"))
  func `turns the examples into a model that answers, with the rights of the chart, all of which it needs`() async throws {
    let cluster = try await PodiumCluster.start(auditing: "operator")
    try await cluster.prepare()
    let podium = try await RunningOperator.start(kubeconfig: cluster.plane.cluster.operatorKubeconfig)
    let kserve = try await cluster.deployExamples()

    let deployment = try await cluster.json("modeldeployment/chat-llama")
    for owned in ["inferenceservice/chat-llama", "scaledobject/chat-llama", "podmonitor/chat-llama"] {
      let object = try await cluster.json(owned)
      #expect(object[["metadata", "ownerReferences"]]?[0]?["uid"] == deployment[["metadata", "uid"]], "\(owned)")
    }
    #expect(try await cluster.condition("Programmed", of: "qospolicy/revenue-based-qos").hasPrefix("True "))
    let answer = try await podium.chat("chat-llama")
    #expect(answer.contains("200 OK") && answer.contains("\"completion_tokens\":4"), "\(answer)")

    try await eventually("events tell what was decided") {
      try await cluster.kubectl("get", "events").checked().output.contains("Serving")
    }
    #expect(try await podium.process.stop() == 0)
    let unseen: Set<String> = [
      // Checked by admission, and by the API server for an apply that creates: never a request of their own.
      "update qos.maas.io/modeldeployments/finalizers", "create serving.kserve.io/inferenceservices",
      "create keda.sh/scaledobjects", "create monitoring.coreos.com/podmonitors",
      // When a Prometheus that was there is taken out of the configuration.
      "delete keda.sh/scaledobjects",
      // When the same happens again within minutes.
      "patch events.k8s.io/events",
      // Kuadrant's CRD is not here: its list is answered with 404, and it is not watched.
      "watch kuadrant.io/authpolicies",
    ]
    // What a cluster without KServe or KEDA, a platform other than KServe's InferenceService, alerts and dashboards need.
    let elsewhere = Set(
      [
        "serving.kserve.io/llminferenceservices", "apps/deployments", "autoscaling/horizontalpodautoscalers", "/services", "/configmaps",
        "monitoring.coreos.com/prometheusrules",
        // For deployments that ask for a way in, or for protection; these do not.
        "gateway.networking.k8s.io/httproutes", "gateway.networking.k8s.io/referencegrants", "networking.k8s.io/ingresses",
        "networking.k8s.io/networkpolicies", "policy/poddisruptionbudgets",
      ].flatMap { resource in ["create", "patch", "delete", "watch"].map { "\($0) \(resource)" } } + [
        "delete serving.kserve.io/inferenceservices"
      ])
    let permissions = try await PodiumChart.rendered().permissions.subtracting(unseen).subtracting(elsewhere)
    func unused() throws -> Set<String> { permissions.subtracting(try cluster.plane.audited().map { "\($0.verb) \($0.resource)" }) }
    // The server notes a watch when it has noticed that it ended.
    _ = try? await eventually("every right was used", within: .seconds(20)) { try unused().isEmpty }
    #expect(try unused().isEmpty, "the chart allows what the operator never does")
    #expect(try cluster.plane.audited().filter { $0.code == 403 }.isEmpty)
    withExtendedLifetime(kserve) {}
  }

  @Test func `hands over at once when it is asked to end, and one of two leads while both serve`() async throws {
    let cluster = try await PodiumCluster.start()
    try await cluster.prepare()
    try await cluster.apply(try Example.text("qospolicy"))
    try await cluster.apply(try Example.text("chat-llama"))
    let kubeconfig = cluster.plane.cluster.operatorKubeconfig
    let first = try await RunningOperator.start(kubeconfig: kubeconfig)
    try await eventually("the first one leads") { try await first.isLeading() }
    let firstName = try await cluster.leader()
    let second = try await RunningOperator.start(kubeconfig: kubeconfig)
    try await eventually("the second one follows the first") { try await second.readiness().contains("ok following \(firstName)") }
    for podium in [first, second] {
      #expect(try await podium.isReady())
      try await eventually("each one's data plane has the policy") { try await podium.models().contains("\"id\":\"chat-llama\"") }
    }
    #expect(try await first.metric("podium_operator_leading") == "1.0")
    #expect(try await second.metric("podium_operator_leading") != "1.0")

    #expect(try await first.process.stop() == 0, "\(first.process.errors)")
    let ended = ContinuousClock.now
    try await eventually("the second one leads") { try await second.isLeading() }
    // Had the first not given it back, the lease would have run for 15 s.
    #expect(ContinuousClock.now - ended < .seconds(10))
    let secondName = try await cluster.leader()
    #expect(secondName != firstName && !secondName.isEmpty)

    try await cluster.kubectl("delete", "inferenceservice", "chat-llama").checked()
    try await eventually("the second one works") { (try? await cluster.json("inferenceservice/chat-llama")) != nil }
    #expect(try await second.process.stop() == 0, "\(second.process.errors)")
    #expect(try await cluster.leader().isEmpty)
  }

  @Test func `says which CRD is missing, and picks each one up when it appears`() async throws {
    let cluster = try await PodiumCluster.start()
    try await cluster.grant(try await PodiumChart.rendered())
    let podium = try await RunningOperator.start(kubeconfig: cluster.plane.cluster.operatorKubeconfig)
    try await eventually("it is ready without any CRD") { try await podium.isReady() }

    try await cluster.define(PodiumCluster.ownDefinitions)
    // Left to itself it would take a plain Deployment where KServe is absent.
    let stated = try Example.text("chat-llama")
      .replacingOccurrences(of: "runtime: simulator", with: "runtime: simulator\n    platform: KServe")
    try await cluster.apply(stated)
    func applied(_ words: String...) async throws {
      try await eventually("Applied says \(words)", within: .seconds(60), every: .milliseconds(200)) {
        let condition = try await cluster.condition("Applied", of: "modeldeployment/chat-llama")
        return words.allSatisfy { condition.contains($0) }
      }
    }
    try await applied("False KServeMissing", "KServe is not installed", "inferenceservices.serving.kserve.io")
    try await cluster.define([PodiumCluster.standIn("inferenceservices.serving.kserve.io")])
    try await applied(
      "True PartiallyApplied", "KEDA is not installed", "scaledobjects.keda.sh", "Prometheus-operator is not installed",
      "podmonitors.monitoring.coreos.com")
    try await cluster.define([PodiumCluster.standIn("scaledobjects.keda.sh")])
    try await eventually("KEDA's object is there", within: .seconds(60)) { (try? await cluster.json("scaledobject/chat-llama")) != nil }
    try await cluster.define([PodiumCluster.standIn("podmonitors.monitoring.coreos.com")])
    try await applied("True Applied The objects in the cluster are as planned.")
    _ = try await cluster.json("podmonitor/chat-llama")

    try await cluster.kubectl("delete", "crd", "scaledobjects.keda.sh").checked()
    try await applied("True PartiallyApplied", "scaledobjects.keda.sh")
    #expect(podium.process.exitStatus() == nil)
  }

  @Test(.enabled(if: Machine.address != nil, "this machine has no address but loopback"))
  func `keeps serving while the API server is gone, and goes on when it is back`() async throws {
    let cluster = try await PodiumCluster.start()
    try await cluster.prepare()
    let podium = try await RunningOperator.start(kubeconfig: cluster.plane.cluster.operatorKubeconfig)
    let kserve = try await cluster.deployExamples()
    let before = try await cluster.json("inferenceservice/chat-llama")

    let command = try await cluster.plane.kill()
    try await eventually("it no longer believes to lead", within: .seconds(60), every: .milliseconds(200)) {
      #expect(try await podium.chat("chat-llama").contains("200 OK"))
      return try await podium.readiness().contains("following, for the lease cannot be had")
    }
    #expect(try await podium.isReady(), "its caches and data planes are as good as before")
    try await cluster.plane.start(again: command)
    try await eventually("it leads again", within: .seconds(60)) {
      #expect(try await podium.chat("chat-llama").contains("200 OK"))
      return try await podium.isLeading()
    }
    #expect(podium.process.exitStatus() == nil)

    try await cluster.kubectl(
      "patch", "qospolicy", "revenue-based-qos", "--type=json", "-p",
      #"[{"op": "replace", "path": "/spec/tiers/0/weight", "value": 60}]"#
    ).checked()
    try await eventually("a change after the failure is in force", within: .seconds(90), every: .milliseconds(200)) {
      let policy = try await cluster.json("qospolicy/revenue-based-qos")
      return policy[["status", "observedGeneration"]] == policy[["metadata", "generation"]]
        && policy[["status", "summary"]]?.string?.contains("enterprise 60/") == true
    }
    try await cluster.waitFor("Ready", of: "modeldeployment/chat-llama")
    let after = try await cluster.json("inferenceservice/chat-llama")
    #expect(before[["metadata", "uid"]] == after[["metadata", "uid"]] && before["spec"] == after["spec"])
    withExtendedLifetime(kserve) {}
  }

  @Test func `does not fight another writer for ever: it names it, and leaves the field to it`() async throws {
    let cluster = try await PodiumCluster.start()
    try await cluster.prepare()
    let podium = try await RunningOperator.start(kubeconfig: cluster.plane.cluster.operatorKubeconfig)
    try await cluster.apply(try Example.text("chat-llama"))
    func replicas() async throws -> JSONValue? {
      try? await cluster.json("inferenceservice/chat-llama")[["spec", "predictor", "maxReplicas"]]
    }
    let planned = try await eventually("the plan is applied", within: .seconds(60)) { try await replicas() }

    // A controller that wants something else of the same field, each time that it is set back.
    var taken = 0
    try await eventually("the operator gives way", within: .seconds(60), every: .milliseconds(100)) {
      if try await replicas() == planned, taken < 10 {
        taken += 1
        try await cluster.kubectl(
          "patch", "inferenceservice", "chat-llama", "--type=merge", "--field-manager=cost-saver", "-p",
          #"{"spec": {"predictor": {"maxReplicas": 77}}}"#
        ).checked()
      }
      return try await cluster.condition("Applied", of: "modeldeployment/chat-llama").hasPrefix("False Contested")
    }
    #expect(taken == 4, "set back three times")
    let applied = try await cluster.condition("Applied", of: "modeldeployment/chat-llama")
    #expect(applied.contains("\"cost-saver\" writes spec.predictor.maxReplicas"), "\(applied)")
    #expect(try await cluster.kubectl("get", "events").checked().output.contains("Contested"))

    // What the two agree on is still kept, and a new plan is still written: with it the count begins again.
    try await cluster.kubectl("delete", "podmonitor", "chat-llama").checked()
    try await eventually("the PodMonitor is back") { (try? await cluster.json("podmonitor/chat-llama")) != nil }
    #expect(try await replicas() == 77)
    #expect(podium.process.exitStatus() == nil)
  }

  @Test func `without rights it is not ready, says what is forbidden, and works once they are given`() async throws {
    let cluster = try await PodiumCluster.start()
    try await cluster.define(PodiumCluster.ownDefinitions + PodiumCluster.standIns)
    let podium = try await RunningOperator.start(kubeconfig: cluster.plane.cluster.limitedKubeconfig)
    let refused = try await eventually("it says what is forbidden") { () -> String? in
      let text = try await podium.readiness()
      return text.contains("qospolicies.qos.maas.io is forbidden") ? text : nil
    }
    #expect(refused.contains(" 503 ") && refused.contains("User \"limited\" cannot list resource \"modeldeployments\""), "\(refused)")
    #expect(podium.process.exitStatus() == nil)

    try await cluster.grant(try await PodiumChart.rendered("rbac.secrets=false"), to: "limited")
    let ready = try await eventually("it is ready", within: .seconds(90), every: .milliseconds(200)) { () -> String? in
      let text = try await podium.readiness()
      return text.contains(" 200 OK") && text.contains("ok leading") ? text : nil
    }
    // The chart can leave Secrets out: then no API key carries a tier, and all else works.
    #expect(ready.contains("without secrets") && ready.contains("secrets is forbidden"), "\(ready)")
    try await cluster.apply(try Example.text("chat-llama"))
    try await cluster.waitFor("Applied", of: "modeldeployment/chat-llama")
  }

  @Test func `a mistake in the kubeconfig ends it with a sentence that names it`() async throws {
    let cluster = try await RealControlPlane.shared()
    let folder = try TemporaryDirectory()
    try await Command.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(folder.path)/key", "-out", "\(folder.path)/ca.crt", "-days", "2",
        "-subj", "/CN=another authority",
      ]
    ).checked()
    let authority = Data(try Places.text("\(folder.path)/ca.crt").utf8).base64EncodedString()
    let wrong = try Places.text(cluster.operatorKubeconfig)
      .replacing(/certificate-authority-data: [A-Za-z0-9+\/=]+/, with: "certificate-authority-data: \(authority)")
    let untrusted = try await RunningOperator.run(kubeconfig: folder.write(wrong, to: "kubeconfig"))
    #expect(untrusted.status == 1 && untrusted.errors.contains("the server's certificate is not trusted"), "\(untrusted)")

    let context = try await RunningOperator.run(kubeconfig: cluster.operatorKubeconfig, "--context", "elsewhere")
    #expect(context.status == 1 && context.errors.contains("elsewhere") && context.errors.contains("test"), "\(context)")
    let missing = try await RunningOperator.run(kubeconfig: "\(folder.path)/none")
    #expect(missing.status == 1 && missing.errors.contains("\(folder.path)/none"), "\(missing)")
    let garbled = try await RunningOperator.run(kubeconfig: folder.write("clusters: {", to: "garbled"))
    #expect(garbled.status == 1 && garbled.errors.contains("\(folder.path)/garbled"), "\(garbled)")
  }
}

extension PodiumCluster {
  /// The two examples that the README begins with, up to a model that is served.
  fileprivate func deployExamples() async throws -> PlayedKServe {
    try await apply(try Example.text("qospolicy"))
    try await apply(try Example.text("chat-llama"))
    try await eventually("the plan is applied", within: .seconds(60), every: .milliseconds(100)) {
      (try? await json("inferenceservice/chat-llama")) != nil
    }
    let kserve = try await PlayedKServe("chat-llama", in: self)
    try await waitFor("Ready", of: "modeldeployment/chat-llama", "qospolicy/revenue-based-qos")
    return kserve
  }
}
