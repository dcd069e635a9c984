import Foundation
import JSON
import TestKit
import Testing
import YAML

@Suite("The files in examples/")
struct ExampleFileTests {
  static let files = Places.files(below: "examples", suffix: ".yaml")

  @Test("are read without a mistake, and objects say what they are", arguments: files)
  func parse(_ path: String) throws {
    let documents = try YAMLParser.documents(try Places.text(path))
    #expect(!documents.isEmpty)
    for document in documents where document["apiVersion"] != nil {
      #expect(document["kind"]?.string?.isEmpty == false)
      #expect(document[["metadata", "name"]]?.string?.isEmpty == false)
      #expect(document[["metadata", "namespace"]] == nil, "a namespace is the reader's choice")
    }
  }

  @Test("say at the top how to use them", arguments: files.filter { $0 != "examples/qospolicy.yaml" })
  func comments(_ path: String) throws {
    #expect(try Places.text(path).hasPrefix("# "))
  }

  @Test(
    "hold the published QoSPolicy letter by letter", .enabled(if: Places.shared != nil, "the published text is not beside the repository"))
  func published() throws {
    let seeds = "\(try #require(Places.shared))/seeds"
    let names = try FileManager.default.contentsOfDirectory(atPath: seeds)
    let texts = try names.map { try Places.text("\(seeds)/\($0)") }
    let example = try Places.text("examples/qospolicy.yaml")
    #expect(texts.contains { $0.contains(example) })
  }

  @Test(
    "for other projects' kinds are accepted by the real schemas",
    .enabled(if: Places.shared != nil, "the real CRDs are not beside the repository"))
  func schemas() async throws {
    let tool = "\(try #require(Places.shared))/tools/validate-manifests"
    let arguments = ["examples/authpolicy.yaml", "examples/api-keys.yaml"].map { "\(Places.repository)/\($0)" }
    let result = try await Command.run("python3", [tool] + arguments)
    #expect(result.succeeded, "\(result.output)\(result.errors)")
  }

  @Test("hold no key that could be taken for a real one")
  func keys() throws {
    let secret = try #require(try YAMLParser.documents(try Places.text("examples/api-keys.yaml")).first)
    for member in secret["stringData"]?.object ?? [:] { #expect(member.value.string?.hasPrefix("EXAMPLE-ONLY") == true) }
  }
}
