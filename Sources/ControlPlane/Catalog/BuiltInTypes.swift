import APIMachinery
import Foundation
import JSON

/// The built-in kinds that are stored and watched. Nothing runs here: no kubelet, no scheduler, no workload controllers.
enum BuiltInTypes {
  static func load() throws -> BuiltinKinds {
    guard let url = Bundle.module.url(forResource: "kubernetes-openapi", withExtension: "json") else {
      throw StoreError.unusable(path: "kubernetes-openapi.json", reason: "the program's resources are missing; install them next to it")
    }
    return try BuiltinKinds(document: try JSONValue(parsing: [UInt8](try Data(contentsOf: url))))
  }
}
