import ArgumentParser
import Foundation
import JSON
import Manifests
import YAML

/// Published YAML that no cluster accepts → objects that real clusters do.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Rewrite published QoS YAML that no cluster accepts into objects that real clusters do.",
    discussion: """
      podium convert old.yaml | kubectl apply -f -
      podium convert --explain old.yaml
      podium convert envoy.yaml --envoy-file envoy-podium.yaml > policy.yaml

      What is rewritten, alone or together in one stream:
        an Envoy configuration with the filter envoy.filters.http.qos_prioritizer → a QoSPolicy, and the configuration with ext_proc
        a QoSPolicy with circuit_breaker, other versions or tiers by name         → the QoSPolicy as the API spells it
        an AuthPolicy with a qos block, lists of rules or an old version          → an AuthPolicy of kuadrant.io/v1 and a QoSPolicy
        a VirtualService with qos blocks                                          → a VirtualService with a route for everybody, a \
      DestinationRule and a QoSPolicy
      What the documents of a namespace say about tiers becomes one QoSPolicy. Everything else passes, letter by letter.

      Each change is a line on standard error: file, line, field, what and why. --explain prints these on standard output and no objects.

      Exit status: 0 when everything could be converted (or nothing had to be), 1 when something could not, and then nothing is printed \
      but what to write instead, 64 when a file cannot be read or is no YAML.
      """)

  @Argument(help: ArgumentHelp("What to convert, YAML or JSON; - for standard input.", valueName: "file")) var files: [String]
  @Option(
    help: ArgumentHelp("Where Envoy finds Podium's external processor (podium-proxy ext-proc).", valueName: "host:port"))
  var extProc = "podium-ext-proc.podium-system.svc:\(ExternalProcessorFilter.port)"
  @Option(
    help: ArgumentHelp("Write a rewritten Envoy configuration there; without it, it is in a ConfigMap under envoy.yaml.", valueName: "file")
  )
  var envoyFile: String?
  @Flag(help: "Print what would be changed and why, and no objects.") var explain = false
  @Flag(help: "Say nothing about changes.") var quiet = false

  func validate() throws {
    guard HostPort(extProc, defaultPort: ExternalProcessorFilter.port) != nil else {
      throw ValidationError("--ext-proc \(extProc) is no address; write host:port, for example podium-ext-proc.podium-system.svc:9002")
    }
    guard files.filter({ $0 == "-" }).count <= 1 else { throw ValidationError("standard input can be read once: write - once") }
    guard !explain || envoyFile == nil else { throw ValidationError("--explain writes no objects: leave --envoy-file out") }
  }

  func run() throws {
    guard let processor = HostPort(extProc, defaultPort: ExternalProcessorFilter.port) else { return }
    let stream = try files.flatMap { try SourceDocument.all(reading: $0) }
    let conversion = Conversion(stream.map(\.json), options: .init(processor: processor))
    func line(_ entry: ConversionLog.Entry) -> String { stream[entry.document].message(entry) + "\n" }
    guard conversion.log.problems.isEmpty else {
      FileHandle.standardError.write(Data(conversion.log.problems.map(line).joined().utf8))
      throw ExitCode(1)
    }
    let changes = conversion.log.changes.map(line).joined()
    if explain { return print(changes.isEmpty ? "Nothing has to be changed.\n" : changes, terminator: "") }
    if !quiet { FileHandle.standardError.write(Data(changes.utf8)) }
    try write(conversion, stream)
  }

  /// In the order of the input; a QoSPolicy that is new comes before what it was made from.
  private func write(_ conversion: Conversion, _ stream: [SourceDocument]) throws {
    var texts: [String] = []
    var envoys: [JSONValue] = []
    for (index, output) in conversion.outputs.enumerated() {
      for policy in conversion.policies where policy.before == index { texts.append(YAMLWriter.text(policy.object)) }
      switch output {
      case .untouched: texts.append(stream[index].text)
      case .objects(let objects): texts += objects.map { YAMLWriter.text($0) }
      case .envoy(let json, let policy):
        envoys.append(json)
        if envoyFile == nil {
          let name = "\(policy)-envoy" + (envoys.count > 1 ? "-\(envoys.count)" : "")
          texts.append(YAMLWriter.text(EnvoyConfigMap.json(name: name, yaml: YAMLWriter.text(json))))
        }
      }
    }
    if let envoyFile {
      guard envoys.count == 1 else {
        throw ValidationError(
          "--envoy-file takes one configuration, and \(envoys.count) were converted; leave it out, or convert them one by one")
      }
      try UserFile.write(YAMLWriter.text(envoys[0]), to: envoyFile)
    }
    print(texts.joined(separator: "---\n"), terminator: "")
  }
}
