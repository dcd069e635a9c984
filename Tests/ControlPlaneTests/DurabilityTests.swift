import Foundation
import JSON
import Kubernetes
import TestKit
import Testing

@testable import ControlPlane

@Suite struct DurabilityTests {
  @Test func aReopenedStateHasItsObjectsItsVersionsAndItsHistory() async throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("podium-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let (version, last) = try Self.write(directory)
    let again = try Plane { $0.stateDirectory = directory }
    let list = try again.ask(.get, Objects.configMaps).json
    #expect(list["items"]?.array?.map { KubeObject($0).name } == ["two"])
    #expect(list[["metadata", "resourceVersion"]]?.string == last)
    #expect(try again.ask(.get, Objects.widgets).json["items"]?.array?.count == 1)
    let watch = try again.watch("\(Objects.configMaps)?watch=true&resourceVersion=\(version)")
    try await until("two events") { watch.events.count == 2 }
    #expect(watch.events == ["ADDED two", "DELETED one"])
    let next = try again.ask(.post, Objects.configMaps, Objects.configMap("three")).object
    #expect(Int(next.resourceVersion ?? "") == (Int(last) ?? 0) + 1)
  }

  /// Returns the version of the first object, and the last version of all.
  private static func write(_ directory: String) throws -> (String, String) {
    let plane = try Plane { $0.stateDirectory = directory }
    let one = try plane.ask(.post, Objects.configMaps, Objects.configMap("one")).object
    _ = try plane.ask(.post, Objects.configMaps, Objects.configMap("two"))
    _ = try plane.ask(.delete, "\(Objects.configMaps)/one")
    _ = try plane.ask(.post, Objects.definitions, Objects.widgetDefinition())
    let last = try plane.ask(.post, Objects.widgets, Objects.widget("w")).object
    return (one.resourceVersion ?? "", last.resourceVersion ?? "")
  }

  @Test func twoProcessesCannotShareAState() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("podium-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let first = try Plane { $0.stateDirectory = directory }
    #expect(throws: StoreError.self) { _ = try Plane { $0.stateDirectory = directory } }
    #expect(try first.ask(.get, Objects.configMaps).code == 200)
  }

  @Test func anUnusableDirectoryIsNamed() throws {
    let error = #expect(throws: StoreError.self) { _ = try Plane { $0.stateDirectory = "/proc/no-such-place" } }
    #expect(error?.description.contains("/proc/no-such-place") == true)
  }
}
