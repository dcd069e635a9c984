import JSON
import Kubernetes

// get and list.
extension Handler {
  func get(_ call: Call) throws -> ServerReply {
    let renderer = try ObjectRenderer(call, now: clock.now())
    return .json(bytes: try renderer.bytes(try existing(call)), warnings: deprecation(call))
  }

  /// The object that the path names.
  func existing(_ call: Call) throws -> StoredObject {
    guard let stored = store.get(call.collection, call.key) else { throw APIError.notFound(call.subject) }
    return stored
  }

  func deprecation(_ call: Call) -> [String] { call.served.deprecationWarning.map { [$0] } ?? [] }

  func list(_ call: Call) throws -> ServerReply {
    let renderer = try ObjectRenderer(call, now: clock.now())
    let selection = try call.selection()
    let limit = try limit(call)
    var listing: ObjectStore.Listing
    if let token = call.query["continue"], !token.isEmpty {
      listing = try continued(token)
    } else {
      listing = store.list(call.collection, namespace: call.namespace)
      try checkVersion(call, current: listing.version)
      if !selection.isEverything { listing.objects = listing.objects.filter(selection.matches) }
    }
    var metadata: JSONObject = ["resourceVersion": .string(String(listing.version))]
    var page = listing.objects[...]
    if let limit, page.count > limit {
      let remaining = page.dropFirst(limit)
      page = page.prefix(limit)
      metadata["continue"] = .string(snapshots.keep(Array(remaining), version: listing.version))
      // As the real server: the count is known only without selectors.
      if selection.isEverything { metadata["remainingItemCount"] = JSONValue(remaining.count) }
    }
    return .json(bytes: try renderer.list(Array(page), metadata: metadata), warnings: deprecation(call))
  }

  private func limit(_ call: Call) throws -> Int? {
    guard let text = call.query["limit"], !text.isEmpty else { return nil }
    guard let limit = Int(text), limit >= 0 else {
      throw APIError.badRequest("limit must be a number that is not negative, not \"\(text)\"")
    }
    return limit == 0 ? nil : limit
  }

  private func continued(_ token: String) throws -> ObjectStore.Listing {
    guard let page = snapshots.page(token) else {
      guard token.hasPrefix("v") else { throw APIError.badRequest("continue key is not valid: \"\(token)\"") }
      throw APIError.expired(
        "The provided continue parameter is too old to display a consistent list result. You must start a new list without the "
          + "continue parameter.")
    }
    return ObjectStore.Listing(objects: page.remaining, version: page.version)
  }

  /// A list always shows the newest state, which satisfies every wish except for an exact older version.
  private func checkVersion(_ call: Call, current: Int64) throws {
    let match = call.query["resourceVersionMatch"] ?? ""
    guard let wanted = try call.resourceVersion() else {
      guard match.isEmpty else { throw APIError.badRequest("resourceVersionMatch is forbidden unless resourceVersion is provided") }
      return
    }
    guard ["", "Exact", "NotOlderThan"].contains(match) else {
      throw APIError.badRequest("resourceVersionMatch must be Exact or NotOlderThan, not \"\(match)\"")
    }
    if wanted > current { throw APIError.tooLargeVersion(wanted: wanted, current: current) }
    if match == "Exact" {
      if wanted == 0 { throw APIError.badRequest("resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"") }
      if wanted < current { throw APIError.expired("The resourceVersion for the provided list is too old.") }
    }
  }
}
