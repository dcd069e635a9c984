import ArgumentParser
import Console
import Foundation
import Intent
import Kubernetes
import Planning
import QoSAPI
import Reconciliation
import YAML

/// Opens the specification in the person's editor and plans what they made of it.
struct SpecificationEditor {
  let noInput: Bool

  func edited(_ advice: Advice, text: String, knowledge: Knowledge) throws -> Advice {
    let variables = ProcessInfo.processInfo.environment
    let named = [variables["VISUAL"], variables["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty }
    guard !noInput, named != nil || Terminal.isInteractive else {
      throw ValidationError("--edit needs a terminal, or the program named by EDITOR; use -o spec to get the specification as a file")
    }
    let path = NSTemporaryDirectory() + "podium-\(UUID().uuidString).yaml"
    try PrivateFile.write(SpecificationText.yaml(advice, from: text), to: path)
    try open(named ?? "vi", path)
    let request = try Self.request(reading: path)
    try? FileManager.default.removeItem(atPath: path)
    return try advice.planned(again: request, knowledge: knowledge)
  }

  private func open(_ editor: String, _ path: String) throws {
    let process = Process()
    // As git does: the variable may hold arguments.
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\(editor) \"$1\"", "editor", path]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CleanFailure("\(editor) ended with status \(process.terminationStatus); the specification is in \(path)")
    }
  }

  /// Errors leave the file where it is, so that no work is lost.
  private static func request(reading path: String) throws -> PlanRequest {
    do {
      let documents = try YAMLParser.documents(Array(FileManager.default.contents(atPath: path) ?? Data()))
      guard let json = documents.first(where: { !$0.isNull }) else { throw CleanFailure("it is empty") }
      return PlanRequest(try ModelDeployment(KubeObject(json)))
    } catch {
      throw CleanFailure("\(path): \(error)")
    }
  }
}
