import APIMachinery
import Foundation
import JSON

/// The built-in kinds that are stored and watched. Nothing runs here: no kubelet, no scheduler, no workload controllers.
enum BuiltInTypes {
  static func load() throws -> BuiltinKinds {
    try BuiltinKinds(document: try Resources.json("kubernetes-openapi"))
  }
}

/// The files that this target carries.
enum Resources {
  static func json(_ name: String) throws -> JSONValue {
    guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Resources") else {
      throw StartError.missingResource("\(name).json")
    }
    return try JSONValue(parsing: [UInt8](try Data(contentsOf: url)))
  }
}
