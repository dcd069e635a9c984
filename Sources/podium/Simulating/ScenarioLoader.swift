import ArgumentParser
import Foundation
import JSON
import Kubernetes
import PolicyFormat
import QoSAPI
import Reconciliation
import Scheduling
import Simulation
import YAML

/// Reads a scenario and the files it names, once for each seed.
struct ScenarioLoader {
  let seed: Int?
  let seeds: Int

  /// - Parameter changes: `path=value` each; a value is YAML.
  func load(_ path: String, changes: [String]) throws -> [ScenarioFile] {
    do {
      return try read(path, changes)
    } catch let error as PolicyError {
      throw ValidationError("\(path == "-" ? "standard input" : path): \(error)")
    }
  }

  private func read(_ path: String, _ changes: [String]) throws -> [ScenarioFile] {
    let documents = try Self.documents(path)
    guard documents.count == 1, let json = documents.first else {
      throw PolicyError(path: "", reason: "has \(documents.count) YAML documents: write one scenario")
    }
    var document = try ScenarioDocument(json)
    let folder = path == "-" ? "." : URL(fileURLWithPath: path).deletingLastPathComponent().path
    func resolved(_ name: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }
    let compiled = try document.policyFile().map { try Self.policy(resolved($0)) }
    try document.expandPolicy(compiled)
    for change in changes { try Self.apply(change, to: &document) }
    var traces: [String: TraceFile] = [:]
    for name in document.traceFiles { traces[name] = try TraceFile(parsing: try UserFile.read(resolved(name)), name: name) }
    let first = seed ?? document.json["seed"]?.int ?? 1
    return try (0..<seeds).map { offset in
      if seeds > 1 || seed != nil { try document.set("seed", to: JSONValue(first + offset)) }
      var file: ScenarioFile
      do {
        file = try ScenarioFile(document, traces: traces)
      } catch let error as PolicyError {
        // Most likely that is where the mistake is: the file alone was tried by whoever wrote it.
        throw changes.isEmpty
          ? error : PolicyError(path: error.path, reason: "\(error.reason) (with --set \(changes.joined(separator: " --set ")))")
      }
      if file.title.isEmpty { file.title = path }
      return file
    }
  }

  private static func apply(_ text: String, to document: inout ScenarioDocument) throws {
    let change = try SettingChange(text)
    do {
      try document.set(change.path, to: change.value)
    } catch {
      throw ValidationError("--set \(text): \(error)")
    }
  }

  /// The scheduling words of the one QoSPolicy in a file, by the compiler that the operator uses.
  private static func policy(_ path: String) throws -> SchedulingPolicy {
    let objects = try documents(path).map(KubeObject.init).filter { $0["kind"]?.string == ResourceType.qosPolicy.kind }
    guard objects.count == 1, var object = objects.first else {
      throw PolicyError(path: "policyFrom", reason: "\(path) has \(objects.count) objects of kind QoSPolicy: name a file with one")
    }
    object.json[["metadata", "namespace"]] = "simulated"
    let target: String
    do {
      target = try QoSPolicy(object).targetRefs.first?.name ?? "model"
    } catch {
      throw PolicyError(path: "policyFrom", reason: "\(path): \(error)")
    }
    var snapshot = Snapshot()
    snapshot.set(.qosPolicy, [object])
    snapshot.set(.modelDeployment, [KubeObject(ResourceType.modelDeployment, namespace: "simulated", name: target)])
    let compiled = PolicyCompiler.compile(namespace: "simulated", snapshot: snapshot, settings: OperatorSettings())
    guard let pool = compiled.traffic.pools.first, compiled.diagnostics.isEmpty else {
      throw PolicyError(path: "policyFrom", reason: "\(path): \(compiled.diagnostics.joined(separator: " "))")
    }
    return pool.scheduling
  }

  private static func documents(_ path: String) throws -> [JSONValue] {
    do {
      return try YAMLParser.documents(try UserFile.read(path))
    } catch let error as YAMLError {
      throw PolicyError(path: "", reason: "\(path == "-" ? "" : "\(path): ")\(error)")
    }
  }
}
