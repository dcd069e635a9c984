import CEL
import Foundation
import JSON
import Kubernetes
import TestKit
import Testing
import YAML

@testable import APIMachinery

/// The CRDs that Podium writes objects for, and one object of each kind that is known to be right. They live beside the repository.
@Suite(.enabled(if: RealDefinitions.exists, "needs ../shared/crds and ../shared/design/manifests")) struct RealDefinitionsTests {
  @Test("every real CRD parses, with all of its CEL rules", arguments: RealDefinitions.folders)
  func parsing(_ folder: String) throws {
    for document in try RealDefinitions.documents(in: "crds/\(folder)") where document["kind"]?.string == "CustomResourceDefinition" {
      let name = document[["metadata", "name"]]?.string ?? ""
      #expect(throws: Never.self, "\(name)") { try CustomResources.definitions(of: document) }
    }
  }

  @Test func `objects that real API servers accept are accepted, and unknown fields in them are found`() throws {
    var kinds: [String: ResourceDefinition] = [:]
    for folder in RealDefinitions.folders {
      for document in try RealDefinitions.documents(in: "crds/\(folder)") where document["kind"]?.string == "CustomResourceDefinition" {
        for definition in try CustomResources.definitions(of: document)
        where kinds["\(definition.type.apiVersion)/\(definition.type.kind)"] == nil {
          kinds["\(definition.type.apiVersion)/\(definition.type.kind)"] = definition
        }
      }
    }
    for definition in try BuiltinKindsTests.kinds().definitions {
      kinds["\(definition.type.apiVersion)/\(definition.type.kind)"] = definition
    }
    var checked = 0
    for object in try RealDefinitions.documents(in: "design/manifests") {
      let key = "\(object["apiVersion"]?.string ?? "")/\(object["kind"]?.string ?? "")"
      guard let definition = kinds[key] else { continue }
      checked += 1
      var pruned = definition.isCustom ? object : definition.schema.decodingBuiltin(object)
      #expect(definition.schema.prune(&pruned) == [], "\(key)")
      let errors = definition.schema.validate(definition.schema.applyingDefaults(to: pruned))
      #expect(errors.map(\.description) == [], "\(key)")
      pruned["spec"]?["notAField"] = 1
      if pruned["spec"]?.object != nil { #expect(definition.schema.prune(&pruned) == ["spec.notAField"], "\(key)") }
    }
    #expect(checked > 20)
  }
}

enum RealDefinitions {
  static let exists = Places.shared != nil
  static let folders = [
    "envoy-gateway", "gateway-api", "gateway-api-experimental", "gateway-api-inference-extension", "istio", "keda", "kserve", "kuadrant",
    "llm-d-router", "prometheus-operator",
  ]

  static func documents(in folder: String) throws -> [JSONValue] {
    let path = "\(Places.shared ?? "")/\(folder)"
    return try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { $0.hasSuffix(".yaml") }.flatMap { name in
      try YAMLParser.documents(Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))))
    }
  }
}
