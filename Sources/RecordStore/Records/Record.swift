/// One thing to keep.
package enum Record: Sendable, Hashable, Codable {
  case request(OrchestratorRequest)
  case resource(SystemResource)
  case state(ModelState)
}
