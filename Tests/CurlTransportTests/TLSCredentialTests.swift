import ControllerRuntime
import CurlTransport
import Foundation
import Kubernetes
import TestKit
import Testing

/// Tokens, from a kubeconfig, a file or a plugin, with a real kube-apiserver.
@Suite("TLS: credentials", .enabled(if: RealControlPlane.isAvailable, "hack/kube-apiserver build has not run"))
struct TLSCredentialTests {
  /// A plugin made of a shell script, which counts its runs.
  private struct Plugin {
    let folder: TemporaryDirectory
    var definition: ExecPlugin

    /// - Parameter script: follows the counting; `$RUN` is the number of this run.
    init(_ script: String) throws {
      folder = try TemporaryDirectory()
      let file = try folder.write("#!/bin/sh\necho run >> \"$0.runs\"\nRUN=$(wc -l < \"$0.runs\")\n\(script)\n", to: "plugin")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
      definition = ExecPlugin(apiVersion: "client.authentication.k8s.io/v1", command: file)
    }

    var runs: Int { (try? Places.text("\(folder.path)/plugin.runs").split(separator: "\n").count) ?? 0 }

    static func prints(_ status: String) -> String {
      #"echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{"# + status + #"}}""#
    }
  }

  private func transport(_ world: TLSWorld, _ credential: Credential) -> CurlTransport {
    TLSWorld.transport(world.anonymous { $0.credential = credential })
  }

  /// Asks for what only an administrator may have; the refusal tells who asked.
  private func refusal(_ transport: CurlTransport) async -> KubeError? {
    await #expect(throws: KubeError.self) { try await Client(transport, retry: .never).send(TLSWorld.whoAmI) }
  }

  private func failure(_ transport: CurlTransport) async -> TransportError? {
    await #expect(throws: TransportError.self) { try await transport.send(TLSWorld.whoAmI) }
  }

  @Test("A token is somebody, who may be forbidden what he asks: the server's words arrive")
  func token() async throws {
    let world = try await TLSWorld()
    for (file, user) in [(world.cluster.operatorKubeconfig, "operator"), (world.cluster.limitedKubeconfig, "limited")] {
      let error = await refusal(TLSWorld.transport(try KubeConfig(files: [file]).connection()))
      #expect(error?.status?.isForbidden == true && error?.status?.reason == "Forbidden")
      let message = #"namespaces is forbidden: User "\#(user)" cannot list resource "namespaces" in API group "" at the cluster scope"#
      #expect(error?.status?.message == message, "\(String(describing: error))")
    }
  }

  @Test("A token that the server does not know is unauthorized")
  func unknownToken() async throws {
    let error = await refusal(transport(try await TLSWorld(), .bearer("no such token")))
    #expect(error?.status?.isUnauthorized == true && error?.status?.reason == "Unauthorized", "\(String(describing: error))")
  }

  @Test("A token file is read again when its token is refused, and on the same connection")
  func tokenFile() async throws {
    let world = try await TLSWorld()
    let folder = try TemporaryDirectory()
    let file = try folder.write("expired\n", to: "token")
    let transport = transport(world, .tokenFile(file))
    #expect(await refusal(transport)?.status?.isUnauthorized == true)
    try folder.write("\(RealControlPlane.operatorToken)\n", to: "token")
    #expect(await refusal(transport)?.description.contains(#"User "operator""#) == true)
    #expect(transport.connectionsOpened == 1)
    try FileManager.default.removeItem(atPath: file)
    // What was read a moment ago still serves.
    #expect(await refusal(transport)?.status?.isForbidden == true)
  }

  @Test("A plugin is run once, and its token used until it expires")
  func plugin() async throws {
    let world = try await TLSWorld()
    let plugin = try Plugin(
      #"[ "$MODE" = token ] && [ "$1" = get ] && echo "$KUBERNETES_EXEC_INFO" | grep -q '"interactive":false' || exit 9"# + "\n"
        + Plugin.prints(#"\"token\":\"operator-token\",\"expirationTimestamp\":\"2999-01-01T00:00:00.5Z\""#))
    var definition = plugin.definition
    definition.arguments = ["get"]
    definition.environment = ["MODE": "token"]
    let transport = transport(world, .exec(definition))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { #expect(await refusal(transport)?.description.contains(#"User "operator""#) == true) }
      }
    }
    #expect(plugin.runs == 1)
  }

  @Test("A plugin's token that has expired is not sent: the plugin runs again")
  func expired() async throws {
    let world = try await TLSWorld()
    let plugin = try Plugin(
      "if [ $RUN = 1 ]; then TOKEN=limited-token TIME=2001-01-01T00:00:00Z; else TOKEN=operator-token TIME=2999-01-01T00:00:00Z; fi\n"
        + Plugin.prints(#"\"token\":\"$TOKEN\",\"expirationTimestamp\":\"$TIME\""#))
    let transport = transport(world, .exec(plugin.definition))
    for _ in 0..<3 { _ = await refusal(transport) }
    #expect(await refusal(transport)?.description.contains(#"User "operator""#) == true)
    #expect(plugin.runs == 2)
  }

  @Test("A plugin's token that is refused has the plugin run again, once for all requests that were refused with it")
  func refused() async throws {
    let world = try await TLSWorld()
    let plugin = try Plugin(
      "if [ $RUN = 1 ]; then TOKEN=revoked; else TOKEN=operator-token; fi\n" + Plugin.prints(#"\"token\":\"$TOKEN\""#))
    let transport = transport(world, .exec(plugin.definition))
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { #expect(await refusal(transport)?.description.contains(#"User "operator""#) == true) }
      }
    }
    #expect(plugin.runs == 2)
  }

  @Test("A plugin that only has a refused token is asked again once for each request, no more")
  func refusedAgain() async throws {
    let plugin = try Plugin(Plugin.prints(#"\"token\":\"revoked\""#))
    let error = await refusal(transport(try await TLSWorld(), .exec(plugin.definition)))
    #expect(error?.status?.isUnauthorized == true)
    #expect(plugin.runs == 2)
  }

  @Test("A plugin may give a client certificate")
  func pluginCertificate() async throws {
    let world = try await TLSWorld()
    let line = { (file: String) in try Places.text(file).split(separator: "\n").joined(separator: #"\n"#) }
    let certificate = try line(world.cluster.adminCertificate)
    let key = try line(world.cluster.adminKey)
    let plugin = try Plugin(
      "cat <<'END'\n{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":"
        + "{\"clientCertificateData\":\"\(certificate)\",\"clientKeyData\":\"\(key)\"}}\nEND")
    #expect(try await transport(world, .exec(plugin.definition)).send(TLSWorld.whoAmI).head.status == 200)
  }

  @Test(
    "A plugin that fails is named with what it said",
    arguments: [
      ("echo 'please log in' >&2; exit 3", "failed with status 3: please log in"),
      ("echo hello", "printed no JSON"),
      ("echo '{\"kind\":\"ExecCredential\"}'", "printed no ExecCredential of client.authentication.k8s.io/v1"),
      (Plugin.prints(""), "neither a token nor a certificate"),
      (Plugin.prints(#"\"token\":\"t\",\"expirationTimestamp\":\"soon\""#), "expirationTimestamp \"soon\""),
    ])
  func failing(script: String, words: String) async throws {
    let plugin = try Plugin(script)
    let error = await failure(transport(try await TLSWorld(), .exec(plugin.definition)))
    #expect(error?.kind == .credentials && error?.isTransient == false)
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
    #expect(error?.message.contains(plugin.definition.command) == true, "\(String(describing: error))")
  }

  @Test("A plugin that is not installed comes with the hint of the kubeconfig")
  func missing() async throws {
    var definition = try Plugin("").definition
    definition.command = "podium-test-no-such-plugin"
    definition.installHint = "get it at example.org"
    let error = await failure(transport(try await TLSWorld(), .exec(definition)))
    #expect(error?.kind == .credentials)
    #expect(
      error?.message == "the credential plugin podium-test-no-such-plugin is not installed: get it at example.org",
      "\(String(describing: error))")
  }
}
