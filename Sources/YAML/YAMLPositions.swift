import CYAML

/// Where each field of a document is written: for messages about values that are looked at long after they were read.
package struct YAMLPositions: Sendable {
  /// The line of the document's first value, from 1.
  package let start: Int
  private let lines: [String: Int]

  /// The line (from 1) of a field such as `spec.traffic.expectedQPS` or `items[0].name`; of the nearest field around it when there is
  /// no such field.
  package func line(of path: String) -> Int {
    var path = path[...]
    while !path.isEmpty {
      if let line = lines[String(path)] { return line }
      path = path.prefix(upTo: path.lastIndex { $0 == "." || $0 == "[" } ?? path.startIndex)
    }
    return start
  }

  /// Whether a field is written there.
  package func contains(_ path: String) -> Bool { lines[path] != nil }

  /// Of all documents that ``YAMLParser/documents(_:)-([UInt8])`` returns for the same bytes; empty for bytes that it refuses.
  package static func documents(_ bytes: [UInt8]) -> [YAMLPositions] {
    var walk = PositionWalk(bytes)
    return walk.documents()
  }

  fileprivate init(start: Int, lines: [String: Int]) {
    self.start = start
    self.lines = lines
  }
}

/// Goes through the events of libyaml and notes the line of every key and element.
private struct PositionWalk: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var lines: [String: Int] = [:]

  init(_ bytes: [UInt8]) {
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

  private enum Event {
    case end, documentStart, mapping, sequence, close, other
    case scalar(String, isPlain: Bool)
  }

  mutating func documents() -> [YAMLPositions] {
    var found: [YAMLPositions] = []
    while let (event, _) = next() {
      guard case .documentStart = event else { continue }
      lines = [:]
      guard let (root, line) = next(), walk(root, path: "", depth: 0) else { return [] }
      if case .scalar(let text, true) = root, YAMLScalar.resolve(text).isNull { continue }
      found.append(YAMLPositions(start: line, lines: lines))
    }
    return found
  }

  /// `nil` at the end, and where the text is no YAML.
  private func next() -> (event: Event, line: Int)? {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) != 0 else { return nil }
    defer { yaml_event_delete(&event) }
    let line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return nil
    case YAML_DOCUMENT_START_EVENT: return (.documentStart, line)
    case YAML_MAPPING_START_EVENT: return (.mapping, line)
    case YAML_SEQUENCE_START_EVENT: return (.sequence, line)
    case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: return (.close, line)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return (.scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), line)
    default: return (.other, line)
    }
  }

  /// False where the text ends too early, or is nested too deep.
  private mutating func walk(_ event: Event, path: String, depth: Int) -> Bool {
    guard depth <= YAMLParser.maximumDepth else { return false }
    switch event {
    case .mapping:
      while let (key, line) = next() {
        if case .close = key { return true }
        guard case .scalar(let name, _) = key else {
          guard walk(key, path: "", depth: depth + 1), let (value, _) = next(), walk(value, path: "", depth: depth + 1) else {
            return false
          }
          continue
        }
        let child = path.isEmpty ? name : "\(path).\(name)"
        lines[child] = line
        guard let (value, _) = next(), walk(value, path: child, depth: depth + 1) else { return false }
      }
      return false
    case .sequence:
      var index = 0
      while let (element, line) = next() {
        if case .close = element { return true }
        let child = "\(path)[\(index)]"
        lines[child] = line
        guard walk(element, path: child, depth: depth + 1) else { return false }
        index += 1
      }
      return false
    default: return true
    }
  }
}
