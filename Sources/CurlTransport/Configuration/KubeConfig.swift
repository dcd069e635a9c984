import Foundation
import JSON
import YAML

/// Reads kubeconfig files as kubectl does.
package struct KubeConfig {
  private struct Entry {
    var value: JSONValue
    /// The file it came from: relative paths in it are relative to that file's folder.
    var file: String
  }

  private var clusters: [String: Entry] = [:]
  private var users: [String: Entry] = [:]
  private var contexts: [String: Entry] = [:]
  private var currentContext: String?
  private let files: [String]

  /// Merges `files`: of entries with one name the first wins, as does the first `current-context`.
  package init(files: [String]) throws {
    self.files = files
    for file in files { try merge(file) }
  }

  /// The connection of `context`, or of the current one.
  package func connection(context name: String? = nil) throws -> ClusterConnection {
    guard let name = name ?? currentContext, !name.isEmpty else {
      throw error("it names no current-context; write one of \(names(contexts)), or pass --context")
    }
    guard let context = contexts[name] else { throw error("there is no context \"\(name)\"; there are \(names(contexts))") }
    guard let clusterName = context.value["cluster"]?.string, !clusterName.isEmpty else {
      throw KubeConfigError(context.file, "context \"\(name)\" names no cluster")
    }
    guard let cluster = clusters[clusterName] else {
      throw KubeConfigError(context.file, "context \"\(name)\": there is no cluster \"\(clusterName)\"; there are \(names(clusters))")
    }
    var connection = try connection(cluster, name: clusterName)
    if let userName = context.value["user"]?.string, !userName.isEmpty {
      guard let user = users[userName] else {
        throw KubeConfigError(context.file, "context \"\(name)\": there is no user \"\(userName)\"; there are \(names(users))")
      }
      try identify(&connection, user, name: userName)
    }
    if let namespace = context.value["namespace"]?.string, !namespace.isEmpty { connection.namespace = namespace }
    return connection
  }

  // MARK: Reading

  private mutating func merge(_ file: String) throws {
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    } catch {
      throw KubeConfigError(
        file, "it cannot be read: \(FileManager.default.fileExists(atPath: file) ? "permission denied" : "no such file")")
    }
    let documents: [JSONValue]
    do {
      documents = try YAMLParser.documents(bytes)
    } catch {
      throw KubeConfigError(file, "\(error)")
    }
    guard let document = documents.first else { return }
    guard document.object != nil else { throw KubeConfigError(file, "it holds no mapping at its top level") }
    if let kind = document["kind"]?.string, kind != "Config" { throw KubeConfigError(file, "its kind is \(kind), not Config") }
    try Self.collect(document["clusters"], "cluster", file, into: &clusters)
    try Self.collect(document["users"], "user", file, into: &users)
    try Self.collect(document["contexts"], "context", file, into: &contexts)
    if currentContext == nil, let current = document["current-context"]?.string, !current.isEmpty { currentContext = current }
  }

  private static func collect(_ list: JSONValue?, _ field: String, _ file: String, into entries: inout [String: Entry]) throws {
    guard let list, !list.isNull else { return }
    guard let elements = list.array else { throw KubeConfigError(file, "\(field)s must be a list") }
    for (index, element) in elements.enumerated() {
      guard let name = element["name"]?.string else { throw KubeConfigError(file, "\(field)s[\(index)] has no name") }
      let value = element[field] ?? [:]
      guard value.object != nil || value.isNull else {
        throw KubeConfigError(file, "\(field)s[\(index)] (\(name)): \(field) must be a mapping")
      }
      if entries[name] == nil { entries[name] = Entry(value: value, file: file) }
    }
  }

  private func connection(_ entry: Entry, name: String) throws -> ClusterConnection {
    guard let server = entry.value["server"]?.string, !server.isEmpty else {
      throw KubeConfigError(entry.file, "cluster \"\(name)\" has no server")
    }
    guard let url = URL(string: server), let scheme = url.scheme?.lowercased(), scheme == "https" || scheme == "http", url.host != nil
    else {
      throw KubeConfigError(entry.file, "cluster \"\(name)\": server \"\(server)\" is no http or https URL")
    }
    var connection = ClusterConnection(server: server)
    connection.authority = try source(entry, "certificate-authority", "cluster \"\(name)\"")
    connection.skipsTLSVerification = entry.value["insecure-skip-tls-verify"]?.bool ?? false
    connection.tlsServerName = entry.value["tls-server-name"]?.string
    connection.proxyURL = entry.value["proxy-url"]?.string
    return connection
  }

  private func identify(_ connection: inout ClusterConnection, _ entry: Entry, name: String) throws {
    let place = "user \"\(name)\""
    connection.clientCertificate = try source(entry, "client-certificate", place)
    connection.clientKey = try source(entry, "client-key", place)
    if (connection.clientCertificate == nil) != (connection.clientKey == nil) {
      throw KubeConfigError(entry.file, "\(place): client-certificate and client-key go together; one of them is missing")
    }
    let user = entry.value
    if let exec = user["exec"], !exec.isNull {
      connection.credential = .exec(try plugin(exec, entry, place))
    } else if let file = user["tokenFile"]?.string, !file.isEmpty {
      connection.credential = .tokenFile(resolve(file, entry))
    } else if let token = user["token"]?.string, !token.isEmpty {
      connection.credential = .bearer(token)
    } else if let userName = user["username"]?.string, !userName.isEmpty {
      connection.credential = .basic(user: userName, password: user["password"]?.string ?? "")
    } else if user["auth-provider"] != nil {
      throw KubeConfigError(entry.file, "\(place): auth-provider was removed from Kubernetes; use exec")
    }
  }

  private func plugin(_ exec: JSONValue, _ entry: Entry, _ place: String) throws -> ExecPlugin {
    guard let command = exec["command"]?.string, !command.isEmpty else {
      throw KubeConfigError(entry.file, "\(place): exec has no command")
    }
    guard let version = exec["apiVersion"]?.string, ExecCredentialSource.supportedVersions.contains(version) else {
      throw KubeConfigError(
        entry.file, "\(place): exec.apiVersion must be one of \(ExecCredentialSource.supportedVersions.joined(separator: ", "))")
    }
    var environment: [String: String] = [:]
    for variable in exec["env"]?.array ?? [] {
      if let name = variable["name"]?.string { environment[name] = variable["value"]?.string ?? "" }
    }
    return ExecPlugin(
      apiVersion: version, command: command.contains("/") ? resolve(command, entry) : command, arguments: exec["args"]?.strings ?? [],
      environment: environment, installHint: exec["installHint"]?.string, providesClusterInfo: exec["provideClusterInfo"]?.bool ?? false)
  }

  /// `FIELD-data` (base64) or `FIELD` (a path).
  private func source(_ entry: Entry, _ field: String, _ place: String) throws -> DataSource? {
    if let encoded = entry.value["\(field)-data"]?.string, !encoded.isEmpty {
      guard let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters) else {
        throw KubeConfigError(entry.file, "\(place): \(field)-data is not base64")
      }
      return .bytes([UInt8](data))
    }
    guard let path = entry.value[field]?.string, !path.isEmpty else { return nil }
    let resolved = resolve(path, entry)
    guard FileManager.default.isReadableFile(atPath: resolved) else {
      throw KubeConfigError(entry.file, "\(place): \(field) \(resolved) cannot be read")
    }
    return .file(resolved)
  }

  private func resolve(_ path: String, _ entry: Entry) -> String {
    path.hasPrefix("/") ? path : URL(fileURLWithPath: entry.file).deletingLastPathComponent().appendingPathComponent(path).path
  }

  private func error(_ problem: String) -> KubeConfigError { KubeConfigError(files.joined(separator: ":"), problem) }

  private func names(_ entries: [String: Entry]) -> String {
    entries.isEmpty ? "none" : entries.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
  }
}
