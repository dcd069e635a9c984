import JSON
import TestKit
import Testing

@Suite("Lists")
struct ListTests {
  private func three(_ target: ControlPlaneUnderTest) async throws -> (Sandbox, String) {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    for (name, tier) in [("a", "gold"), ("b", "silver"), ("c", "gold")] {
      try await sandbox.api.post(path, ObjectTests.configMap(name, labels: ["tier": .string(tier), "set": "three"])).must(201)
    }
    return (sandbox, path)
  }

  @Test(
    "Label selectors choose", arguments: ControlPlaneUnderTest.all,
    [
      ("tier=gold", ["a", "c"]), ("tier==silver", ["b"]), ("set,tier!=gold", ["b"]), ("tier in (gold,silver),set=three", ["a", "b", "c"]),
      ("set,tier notin (gold)", ["b"]), ("set", ["a", "b", "c"]), ("set,!nothing", ["a", "b", "c"]), ("tier=none", []),
    ])
  func labelSelectors(target: ControlPlaneUnderTest, row: (selector: String, names: [String])) async throws {
    let (sandbox, path) = try await three(target)
    let query = row.selector.replacing(" ", with: "%20").replacing("=", with: "%3D").replacing("!", with: "%21")
      .replacing("(", with: "%28").replacing(")", with: "%29").replacing(",", with: "%2C")
    #expect(try await sandbox.api.get("\(path)?labelSelector=\(query)").must(200).names == row.names)
  }

  @Test("A selector that is none, or a field that is not selectable, is a bad request", arguments: ControlPlaneUnderTest.all)
  func badSelectors(target: ControlPlaneUnderTest) async throws {
    let (sandbox, path) = try await three(target)
    try await sandbox.api.get("\(path)?labelSelector=tier%20in%20gold").must(400)
    try await sandbox.api.get("\(path)?fieldSelector=data.a%3D1").must(400)
  }

  @Test("Field selectors choose by name and namespace", arguments: ControlPlaneUnderTest.all)
  func fieldSelectors(target: ControlPlaneUnderTest) async throws {
    let (sandbox, path) = try await three(target)
    #expect(try await sandbox.api.get("\(path)?fieldSelector=metadata.name%3Db").must(200).names == ["b"])
    let everywhere = "/api/v1/configmaps?fieldSelector=metadata.namespace%3D\(sandbox.namespace)&labelSelector=set"
    #expect(try await sandbox.api.get(everywhere).must(200).names == ["a", "b", "c"])
  }

  @Test("A list has the kind, the version, and its own resource version", arguments: ControlPlaneUnderTest.all)
  func shape(target: ControlPlaneUnderTest) async throws {
    let (sandbox, path) = try await three(target)
    let list = try await sandbox.api.get(path).must(200)
    #expect(list.json["kind"] == "ConfigMapList")
    #expect(list.json["apiVersion"] == "v1")
    let versions = list.items.map { Int($0[["metadata", "resourceVersion"]]?.string ?? "") ?? 0 }
    #expect(Int(list.resourceVersion) ?? 0 >= versions.max() ?? 1)
  }

  @Test("Pages come in order, say how many remain, and show one moment", arguments: ControlPlaneUnderTest.all)
  func pages(target: ControlPlaneUnderTest) async throws {
    let sandbox = try await Sandbox(target)
    let path = sandbox.core("configmaps")
    for name in ["p1", "p2", "p3", "p4", "p5"] { try await sandbox.api.post(path, ObjectTests.configMap(name)).must(201) }
    let total = try await sandbox.api.get(path).must(200)
    let first = try await sandbox.api.get("\(path)?limit=2").must(200)
    #expect(first.items.count == 2)
    #expect(first.json[["metadata", "remainingItemCount"]]?.int == total.items.count - 2)
    // Created between two pages: it is not on the second.
    try await sandbox.api.post(path, ObjectTests.configMap("p6")).must(201)
    var names = first.names
    var token = first.json[["metadata", "continue"]]?.string ?? ""
    while !token.isEmpty {
      let escaped = token.replacing("+", with: "%2B").replacing("=", with: "%3D").replacing("/", with: "%2F")
      let page = try await sandbox.api.get("\(path)?limit=2&continue=\(escaped)").must(200)
      #expect(page.resourceVersion == first.resourceVersion)
      names += page.names
      token = page.json[["metadata", "continue"]]?.string ?? ""
    }
    #expect(names == total.names)
    try await sandbox.api.get("\(path)?limit=2&continue=nonsense").must(400)
  }

  @Test("A table has the printer columns and a row an object", arguments: ControlPlaneUnderTest.all)
  func table(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await widgets.create("one", ["size": 3, "note": "hi"])
    let table = try await widgets.api.get(widgets.path, accept: API.table).must(200).json
    #expect(table["kind"] == "Table")
    #expect(table["apiVersion"] == "meta.k8s.io/v1")
    let columns = table["columnDefinitions"]?.array ?? []
    #expect(columns.map { $0["name"]?.string ?? "" } == ["Name", "Size", "Color", "Note", "Age"])
    #expect(columns.map { $0["priority"]?.int ?? 0 } == [0, 0, 0, 1, 0])
    let row = try #require(table[["rows"]]?[0])
    #expect(row["cells"]?.array?.prefix(4) == ["one", 3, "blue", "hi"])
    #expect(row[["object", "metadata", "name"]] == "one")
    #expect(row[["object", "kind"]] == "PartialObjectMetadata")
    let single = try await widgets.api.get("\(widgets.path)/one", accept: API.table).must(200).json
    #expect(single["rows"]?.array?.count == 1)
  }

  @Test("Only metadata is answered when only metadata is asked for", arguments: ControlPlaneUnderTest.all)
  func partialMetadata(target: ControlPlaneUnderTest) async throws {
    let widgets = try await Widgets(Sandbox(target))
    try await widgets.create("one")
    let accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    let list = try await widgets.api.get(widgets.path, accept: accept).must(200)
    #expect(list.json["kind"] == "PartialObjectMetadataList")
    #expect(list.names == ["one"])
    #expect(list.items.first?["spec"] == nil)
  }
}
