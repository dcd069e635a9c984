// sources: Sources/DataPlane/HTTP/ByteClass.swift Sources/DataPlane/Body
// modules: JSON
// The scanner of request bodies, next to the parser that decodes everything.
import JSON

func fuzz(_ bytes: [UInt8]) {
  let decoded = try? JSONParser.parse(bytes.span)
  do {
    let fields = try JSONFieldScanner.scan(bytes.span)
    if let range = fields.model { require(range.upperBound < bytes.count && range.lowerBound > 0, "a range inside the body") }
    guard let object = decoded?.object else { return }
    let model = fields.model.flatMap { fields.modelHasEscapes ? JSONText.unescaped(bytes.span, $0) : Array(bytes[$0]) }
    // Half a surrogate pair names no model: the scanner says so, the parser puts U+FFFD there.
    if fields.model == nil || model != nil {
      require(object["model"]?.string.map { Array($0.utf8) } == model, "the model is \(String(describing: object["model"]))")
    }
    require((object["stream"]?.bool ?? false) == fields.streams, "stream is \(String(describing: object["stream"]))")
  } catch {
    guard let object = decoded?.object else { return }
    switch error {
    case .repeatedMember(let name): require(object[name] != nil, "\(name) is a member")
    case .wrongType(let name, _): require(object[name] != nil, "\(name) is a member")
    case .escapedMemberName, .tooDeep: break
    default: fatalError("valid JSON is refused: \(error)")
    }
  }
}
