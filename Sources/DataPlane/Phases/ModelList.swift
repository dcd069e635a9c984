/// The models that are served, in OpenAI's words.
enum ModelList {
  static func all(_ names: [String]) -> [UInt8] {
    Array("{\"object\":\"list\",\"data\":[\(names.map(object).joined(separator: ","))]}".utf8)
  }

  /// - Parameter name: The range of its name in the head of a request, percent-encoded.
  static func one(_ name: Range<Int>, _ bytes: Span<UInt8>, _ table: RoutingTable?) throws(ProxyError) -> [UInt8] {
    let name = PercentEncoding.decoded(bytes, name)
    guard let table else { throw .noPolicy }
    guard table.target(named: 0..<name.count, in: name.span) != nil else {
      throw .modelNotFound(String(decoding: name, as: UTF8.self), known: table.listedModels)
    }
    return Array(object(String(decoding: name, as: UTF8.self)).utf8)
  }

  private static func object(_ name: String) -> String {
    let literal = String(decoding: JSONText.quoted(name), as: UTF8.self)
    return "{\"id\":\(literal),\"object\":\"model\",\"created\":0,\"owned_by\":\"podium\"}"
  }
}
