import CurlTransport
import Foundation
import Testing

@Suite struct KubeConfigTests {
  private static let valid = """
    apiVersion: v1
    kind: Config
    current-context: one
    clusters:
    - {name: c, cluster: {server: "https://10.0.0.1:6443/prefix/", certificate-authority-data: Q0E=, tls-server-name: kubernetes}}
    users:
    - {name: u, user: {token: secret}}
    - {name: files, user: {client-certificate: here.crt, client-key: here.key}}
    - name: plugin
      user:
        exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [--quiet], env: [{name: A, value: b}]}
    contexts:
    - {name: one, context: {cluster: c, user: u, namespace: team-a}}
    - {name: two, context: {cluster: c, user: files}}
    - {name: three, context: {cluster: c, user: plugin}}
    """

  @discardableResult
  private func withFiles<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("podium-kubeconfig-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    return try body(folder.path)
  }

  @Test func `The current context names server, authority, user and namespace`() throws {
    let connection = try withFiles(["config": Self.valid]) { try KubeConfig(files: ["\($0)/config"]).connection() }
    #expect(connection.server == "https://10.0.0.1:6443/prefix")
    #expect(connection.authority == .bytes(Array("CA".utf8)))
    #expect(connection.tlsServerName == "kubernetes")
    #expect(connection.credential == .bearer("secret"))
    #expect(connection.namespace == "team-a")
  }

  @Test func `Paths are relative to the file that names them`() throws {
    try withFiles(["config": Self.valid, "here.crt": "C", "here.key": "K"]) { folder in
      let config = try KubeConfig(files: ["\(folder)/config"])
      #expect(try config.connection(context: "two").clientCertificate == .file("\(folder)/here.crt"))
      guard case .exec(let plugin) = try config.connection(context: "three").credential else { throw CancellationError() }
      #expect(URL(fileURLWithPath: plugin.command).standardizedFileURL.path == "\(folder)/login")
      #expect(plugin.arguments == ["--quiet"] && plugin.environment == ["A": "b"])
    }
  }

  @Test func `Several files are merged and the first of a name wins`() throws {
    let second = Self.valid.replacingOccurrences(of: "token: secret", with: "token: other")
      .replacingOccurrences(of: "current-context: one", with: "current-context: two")
    try withFiles(["a": Self.valid, "b": second]) { folder in
      let environment = ["KUBECONFIG": "\(folder)/a:\(folder)/missing:\(folder)/b"]
      let connection = try ClusterConnection.find(environment: environment)
      #expect(connection.credential == .bearer("secret") && connection.namespace == "team-a")
    }
  }

  @Test(arguments: [
    ("current-context: one", "current-context: none-such", #"there is no context "none-such""#),
    ("current-context: one", "", "it names no current-context"),
    ("cluster: c, user: u", "cluster: d, user: u", #"context "one": there is no cluster "d"; there are "c""#),
    ("cluster: c, user: u", "cluster: c, user: v", #"context "one": there is no user "v""#),
    ("https://10.0.0.1:6443/prefix/", "10.0.0.1:6443", "is no http or https URL"),
    ("certificate-authority-data: Q0E=", "certificate-authority-data: '*'", "certificate-authority-data is not base64"),
    ("kind: Config", "kind: Pod", "its kind is Pod, not Config"),
    ("clusters:", "clusters: {", "line"),
    ("{token: secret}", "{client-certificate-data: Q0E=}", "go together"),
    ("{token: secret}", "{auth-provider: {name: gcp}}", "auth-provider was removed"),
  ])
  func `A mistake is named with the file and the place`(text: String, replacement: String, message: String) throws {
    try withFiles(["config": Self.valid.replacingOccurrences(of: text, with: replacement)]) { folder -> Void in
      #expect {
        try KubeConfig(files: ["\(folder)/config"]).connection()
      } throws: { error in
        "\(error)".contains(message) && "\(error)".contains("\(folder)/config")
      }
    }
  }

  @Test func `Without any configuration the error says what to do`() {
    #expect {
      try ClusterConnection.find(environment: ["HOME": "/nonexistent"])
    } throws: {
      "\($0)".contains("--kubeconfig FILE")
    }
  }
}
