import CYAML
import JSON

/// Reads a stream of YAML documents into JSON values, through libyaml's event parser.
///
/// Empty documents (only comments, or nothing between `---`) are left out. A repeated key, an unknown alias, a tag other than
/// YAML's own and a document that grows beyond ``maximumNodes`` through its aliases are errors.
package struct YAMLParser: ~Copyable {
  /// A CRD of 2 MB has about 60,000 nodes; "billion laughs" has 10⁹.
  package static let maximumNodes = 2_000_000
  /// As deep as the JSON parser goes would do; libyaml itself recurses less.
  package static let maximumDepth = 200

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var anchors: [String: JSONValue] = [:]
  private var nodes = 0

  /// All documents of `text`.
  package static func documents(_ text: String) throws(YAMLError) -> [JSONValue] { try documents(Array(text.utf8)) }

  /// All documents of UTF-8 `bytes`.
  package static func documents(_ bytes: [UInt8]) throws(YAMLError) -> [JSONValue] {
    var parser = YAMLParser(bytes)
    var documents: [JSONValue] = []
    while let document = try parser.next() {
      if !document.isNull { documents.append(document) }
    }
    return documents
  }

  package init(_ bytes: [UInt8]) {
    parser = .allocate(capacity: 1)
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.initialize(from: bytes)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next document; `nil` at the end of the stream. A document without content is `null`.
  package mutating func next() throws(YAMLError) -> JSONValue? {
    while true {
      var event = try nextEvent()
      let type = event.type
      yaml_event_delete(&event)
      switch type {
      case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return nil
      case YAML_DOCUMENT_START_EVENT:
        anchors.removeAll()
        nodes = 0
        return try value(depth: 0)
      default: continue
      }
    }
  }
}

extension YAMLParser {
  private func error(_ reason: String, at mark: yaml_mark_t) -> YAMLError {
    YAMLError(line: Int(mark.line) + 1, column: Int(mark.column) + 1, reason: reason)
  }

  /// The caller deletes it.
  private func nextEvent() throws(YAMLError) -> yaml_event_t {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) != 0 else {
      let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not YAML"
      throw parser.pointee.error == YAML_READER_ERROR ? unreadable(problem) : error(problem, at: parser.pointee.problem_mark)
    }
    return event
  }

  /// Bytes that are not UTF-8, or a control character: libyaml knows only the offset.
  private func unreadable(_ problem: String) -> YAMLError {
    var (line, column) = (1, 1)
    for byte in input.prefix(parser.pointee.problem_offset) {
      (line, column) = byte == UInt8(ascii: "\n") ? (line + 1, 1) : (line, column + 1)
    }
    return YAMLError(line: line, column: column, reason: problem)
  }

  private mutating func value(depth: Int) throws(YAMLError) -> JSONValue {
    var event = try nextEvent()
    defer { yaml_event_delete(&event) }
    return try value(of: event, depth: depth)
  }

  private mutating func value(of event: yaml_event_t, depth: Int) throws(YAMLError) -> JSONValue {
    let mark = event.start_mark
    nodes += 1
    guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels", at: mark) }
    guard nodes <= Self.maximumNodes else { throw error("more than \(Self.maximumNodes) nodes in a document", at: mark) }
    switch event.type {
    case YAML_ALIAS_EVENT:
      let name = Self.text(event.data.alias.anchor)
      guard let value = anchors[name] else { throw error("unknown alias *\(name)", at: mark) }
      nodes += Self.size(value)
      return value
    case YAML_SCALAR_EVENT:
      return remember(try scalar(event), as: event.data.scalar.anchor)
    case YAML_SEQUENCE_START_EVENT:
      return remember(try sequence(depth: depth), as: event.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT:
      return remember(try mapping(at: mark, depth: depth), as: event.data.mapping_start.anchor)
    default:
      throw error("unexpected structure", at: mark)
    }
  }

  private mutating func remember(_ value: JSONValue, as anchor: UnsafeMutablePointer<yaml_char_t>?) -> JSONValue {
    if let anchor { anchors[Self.text(anchor)] = value }
    return value
  }

  private func scalar(_ event: yaml_event_t) throws(YAMLError) -> JSONValue {
    let scalar = event.data.scalar
    let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    switch scalar.tag.map({ Self.text($0) }) {
    case nil: return scalar.style == YAML_PLAIN_SCALAR_STYLE ? YAMLScalar.resolve(text) : .string(text)
    case "tag:yaml.org,2002:str": return .string(text)
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
      return YAMLScalar.resolve(text)
    case let tag?: throw error("the tag \(tag) is not supported", at: event.start_mark)
    }
  }

  private mutating func sequence(depth: Int) throws(YAMLError) -> JSONValue {
    var elements: [JSONValue] = []
    while true {
      var event = try nextEvent()
      defer { yaml_event_delete(&event) }
      if event.type == YAML_SEQUENCE_END_EVENT { return .array(elements) }
      elements.append(try value(of: event, depth: depth + 1))
    }
  }

  private mutating func mapping(at mark: yaml_mark_t, depth: Int) throws(YAMLError) -> JSONValue {
    var pairs: [(String, JSONValue)] = []
    var seen: Set<String> = []
    var merges: [JSONValue] = []
    while true {
      var event = try nextEvent()
      defer { yaml_event_delete(&event) }
      if event.type == YAML_MAPPING_END_EVENT { break }
      let isMerge = event.type == YAML_SCALAR_EVENT && event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
      let key = try key(event, depth: depth)
      let value = try value(depth: depth + 1)
      if isMerge, key == "<<" {
        merges.append(contentsOf: value.array ?? [value])
        continue
      }
      guard seen.insert(key).inserted else { throw error("the key \(key) is there twice", at: event.start_mark) }
      pairs.append((key, value))
    }
    for merge in merges {
      guard let object = merge.object else { throw error("<< needs a mapping", at: mark) }
      for member in object where seen.insert(member.key).inserted { pairs.append((member.key, member.value)) }
    }
    return .object(JSONObject(distinct: pairs.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }

  /// Keys are strings in Kubernetes: a scalar key is taken as it is written.
  private mutating func key(_ event: yaml_event_t, depth: Int) throws(YAMLError) -> String {
    switch event.type {
    case YAML_SCALAR_EVENT:
      return String(decoding: UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length), as: UTF8.self)
    case YAML_ALIAS_EVENT:
      guard case .string(let text) = try value(of: event, depth: depth) else { throw error("a key must be a string", at: event.start_mark) }
      return text
    default: throw error("a key must be a scalar", at: event.start_mark)
    }
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String {
    guard let pointer else { return "" }
    return String(cString: UnsafePointer(pointer))
  }

  private static func size(_ value: JSONValue) -> Int {
    switch value {
    case .array(let elements): elements.reduce(1) { $0 + size($1) }
    case .object(let object): object.reduce(1) { $0 + size($1.value) }
    default: 1
    }
  }
}
