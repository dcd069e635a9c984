import JSON
import PolicyFormat

extension ModelBackend {
  /// `{pool: NAME}`, `{openai: URL, model: …}` or `{ollama: URL, model: …}`.
  ///
  /// - Parameter model: The catalogue's name, for a backend that does not give its own.
  init(json: JSONValue, path: String, model: String) throws(PolicyError) {
    var reader = try FieldReader(json, path: path)
    var places: [(kind: Kind, place: String)] = []
    for kind in Kind.allCases {
      if let place = try reader.string(kind.rawValue) { places.append((kind, place)) }
    }
    guard places.count == 1, let (kind, place) = places.first else {
      throw PolicyError(
        path: path,
        reason: "\(places.isEmpty ? "says nowhere" : "says several places"): write exactly one of pool: NAME, openai: URL, ollama: URL")
    }
    guard (1...2048).contains(place.utf8.count) else {
      throw PolicyError(path: reader.path(kind.rawValue), reason: "must have 1 to 2048 bytes")
    }
    if kind != .pool { try Self.check(url: place, path: reader.path(kind.rawValue)) }
    let name = try reader.string("model") ?? model
    try reader.finish()
    self.init(kind: kind, pool: kind == .pool ? place : "", url: kind == .pool ? "" : place, model: name)
  }

  private static func check(url: String, path: String) throws(PolicyError) {
    let rest = url.hasPrefix("https://") ? url.dropFirst(8) : url.hasPrefix("http://") ? url.dropFirst(7) : nil
    guard let rest, let first = rest.utf8.first, first != UInt8(ascii: "/"), url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw PolicyError(path: path, reason: "is no address: write http://HOST:PORT or https://HOST")
    }
    guard !rest.prefix(while: { $0 != "/" }).contains("@") else {
      throw PolicyError(path: path, reason: "holds a user name or password: keys do not belong in a file of models")
    }
  }
}
