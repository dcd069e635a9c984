import ArgumentParser
import Console
import Foundation
import KnowledgeBase
import Logging
import Planning
import ServiceLifecycle

/// The planner as a service.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the planner over HTTP: plans, recommendations and the catalogue as JSON.",
    discussion: """
      podium serve --listen 127.0.0.1:8091
      curl localhost:8091/api/v1/recommend -H 'Content-Type: application/json' -d '{"text": "a chatbot for 1000 users"}'

      The document of the API is at /openapi.json. Beyond loopback every request needs a token (--token-file), and something in front \
      has to speak TLS: this server does not.
      """)

  @Option(help: ArgumentHelp("Where to listen; port 0 takes any free one.", valueName: "host:port")) var listen = "127.0.0.1:8091"
  @Option(help: ArgumentHelp("A file with the token that requests have to show as Authorization: Bearer TOKEN.", valueName: "file"))
  var tokenFile: String?
  @Option(
    help: ArgumentHelp(
      "A file of models, such as examples/models.yaml: /api/v1/ai chooses among them, asks them and tells how they are.", valueName: "file")
  )
  var models: String?
  @OptionGroup var orchestration: OrchestrationOptions
  @OptionGroup var languageModel: LanguageModelOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var log: LogOptions

  func run() async throws {
    let address = try ListenAddress(listen)
    let token = try tokenFile.map { try SecretFile.read($0, option: "--token-file") }
    if let token, token.utf8.count < Self.shortestToken {
      throw ValidationError("--token-file: the token must have at least \(Self.shortestToken) characters")
    }
    guard let access = ConsoleAccess(host: address.host, token: token) else {
      throw ValidationError("--listen \(listen): beyond loopback a token is needed, or anybody could ask: add --token-file FILE")
    }
    let client = try languageModel.client()
    let configuration = try models.map(ModelsFile.read)
    let logger = log.bootstrap()
    let source = try await database.startSource(logger)
    for line in CatalogHealth(source.current).summary { logger.warning("\(line)", metadata: ["component": "knowledge"]) }
    let orchestration = try configuration.map { try Orchestration($0, self.orchestration, logger: logger) }
    let resources = ConsoleResources(
      version: Version.current, facts: ConsoleFacts(source), languageModel: client, orchestration: orchestration?.services)
    let api = ConsoleAPI(resources, access: access) { route, error in
      logger.error("a request failed", metadata: ["route": "\(route)", "error": "\(error)"])
    }
    let host = address.host
    let server = ConsoleServer(api, host: host, port: address.port, logger: logger) { port in
      let name = host.contains(":") ? "[\(host)]" : host
      let line = "podium serve is up: http://\(name):\(port)/api/v1/health   document: http://\(name):\(port)/openapi.json"
      // At once, also into a file.
      FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [.init(service: KnowledgeRefresher(source: source, logger: logger))]
          + (orchestration?.background ?? []).map { .init(service: $0) }
          + [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    orchestration?.start()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await group.run())
    } catch {
      outcome = .failure(CleanFailure("\(error)"))
    }
    await orchestration?.close()
    try outcome.get()
  }

  /// 96 bits in base64: more than anybody guesses.
  private static let shortestToken = 16
}

/// `HOST:PORT`, `[::1]:PORT`.
struct ListenAddress {
  let host: String
  let port: Int

  init(_ text: String) throws {
    let colon = text.lastIndex(of: ":")
    var host = colon.map { String(text[..<$0]) } ?? ""
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = String(host.dropFirst().dropLast()) }
    guard let colon, let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port), !host.isEmpty,
      isBracketed == host.contains(":")
    else { throw ValidationError("--listen \(text): write HOST:PORT such as 127.0.0.1:8091, or [::1]:8091") }
    self.host = host
    self.port = port
  }
}
