import TestKit
import Testing

/// TLS of the chart's data plane in pods of its own: what helm renders, and a certificate as a kubelet mounts and renews it.
@Suite(.enabled(if: Tools.helm != nil, "there is no helm: run hack/setup test")) struct `The chart's data plane over TLS` {
  private func files(_ pair: TestCertificates.Pair, _ authority: String) throws -> [String: String] {
    ["tls.crt": try Places.text(pair.certificate), "tls.key": try Places.text(pair.key), "ca.crt": try Places.text(authority)]
  }

  @Test func `speaks it with the Secret's certificate, takes the renewed one, and asks clients for theirs`() async throws {
    let chart = try await PodiumChart.rendered(
      "dataPlane.mode=deployment", "dataPlane.tls.secretName=gateway", "dataPlane.tls.clientAuth=required",
      "dataPlane.deployment.fleet.enabled=false")
    let pod = chart["Deployment", "podium-data-plane"]?[["spec", "template", "spec"]]
    let volume = pod?["volumes"]?.array?.first { $0["name"] == "tls" }
    #expect(volume?[["secret", "secretName"]] == "gateway")
    #expect(
      pod?["containers"]?[0]?["volumeMounts"]?.array?.contains { $0["name"] == "tls" && $0["mountPath"] == "/etc/podium/tls" } == true)
    let arguments = chart["Deployment", "podium"]?[["spec", "template", "spec", "containers"]]?[0]?["args"]?.strings ?? []
    #expect(arguments.contains("--gateway-url=https://podium-data-plane.default.svc:8080"))

    let certificates = try await TestCertificates()
    let authority = certificates.authority.certificate
    let mount = try KubeletMount()
    try mount.update(try files(try await certificates.server("first"), authority))
    let configuration = chart["ConfigMap", "podium-data-plane"]?[["data", "proxy.yaml"]]?.string ?? ""
    let proxy = try await RunningProxy.start(configuration: configuration.replacing("/etc/podium/tls", with: mount.path))
    #expect(proxy.gateway.hasPrefix("https://"))
    let client = try await certificates.issue("client")
    func serial() async throws -> String {
      let place = String(proxy.gateway.dropFirst("https://".count))
      let shown = try await Command.run(
        "openssl", ["s_client", "-connect", place, "-CAfile", authority, "-cert", client.certificate, "-key", client.key], input: "")
      return try await Command.run("openssl", ["x509", "-noout", "-serial"], input: shown.output).checked().output
    }
    func health(_ more: [String]) async throws -> CommandResult {
      try await Command.run("curl", ["-sS", "--max-time", "20", "--cacert", authority] + more + ["\(proxy.gateway)/healthz"])
    }
    #expect(try await health(["--cert", client.certificate, "--key", client.key]).checked().output == "ok\n")
    #expect(try await health([]).status != 0)
    // Probes and the operator ask another port, plainly.
    #expect(try await proxy.get("\(proxy.admin)/healthz").contains("200 OK"))
    let before = try await serial()
    try mount.update(try files(try await certificates.server("second"), authority))
    try await eventually("the renewed certificate is shown", within: .seconds(60)) { try await serial() != before }
  }
}
