import JSON

/// Reads protobuf bodies of built-in kinds, which kubectl sends since 1.32. Answers are always JSON, which every client reads.
///
/// The table comes from `hack/reduce-protobuf`. A field that it does not know and that is set is refused: nothing is lost
/// silently. The table is loaded for each body: such bodies are rare, the memory is not held for them.
struct ProtobufDecoder {
  static let contentType = "application/vnd.kubernetes.protobuf"
  /// The envelope begins with `k8s` and a zero byte.
  private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
  private static let depthLimit = 64

  private let kinds: JSONValue
  private let messages: JSONValue

  init() throws {
    let table = try Resources.json("kubernetes-protobuf")
    kinds = table["kinds"] ?? [:]
    messages = table["messages"] ?? [:]
  }

  /// The object in the envelope, with its apiVersion and kind.
  func object(_ body: [UInt8]) throws -> JSONValue {
    guard body.starts(with: Self.magic) else { throw APIError.badRequest("the protobuf body does not begin with the prefix k8s\\0") }
    var envelope = WireReader(body.dropFirst(Self.magic.count))
    var (apiVersion, kind) = ("", "")
    var raw: ArraySlice<UInt8> = []
    while let field = try envelope.next() {
      guard case .bytes(let bytes) = field.value else { continue }
      if field.number == 1 {
        var type = WireReader(bytes)
        while let part = try type.next() {
          guard case .bytes(let text) = part.value else { continue }
          if part.number == 1 { apiVersion = String(decoding: text, as: UTF8.self) } else { kind = String(decoding: text, as: UTF8.self) }
        }
      } else if field.number == 2 {
        raw = bytes
      }
    }
    // DeleteOptions comes under every group's name.
    let name = kind == "DeleteOptions" ? "meta.k8s.io/v1/DeleteOptions" : "\(apiVersion)/\(kind)"
    guard let message = kinds[name]?.string else { throw APIError.unsupportedMediaType(accepted: BodyDecoder.objectTypes) }
    var object: JSONObject = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
    for member in try self.message(message, raw, depth: 0) { object[member.key] = member.value }
    return .object(object)
  }

  private func message(_ name: String, _ bytes: ArraySlice<UInt8>, depth: Int) throws -> JSONObject {
    guard depth < Self.depthLimit else { throw APIError.badRequest("the protobuf body is nested deeper than \(Self.depthLimit) levels") }
    var object = JSONObject()
    var reader = WireReader(bytes)
    while let (number, wire) = try reader.next() {
      guard let field = messages[name]?[String(number)], let key = field[0]?.string, let kind = field[1]?.string,
        let flags = field[2]?.string
      else {
        if wire.isZero { continue }
        throw APIError(
          code: 415, reason: "UnsupportedMediaType",
          message: "field \(number) of \(name) in the protobuf body is not known to this server: send the object as JSON")
      }
      if flags.contains("m") {
        try add(wire, toMap: key, kind, &object, depth: depth)
      } else if flags.contains("r") {
        object[key] = .array((object[key]?.array ?? []) + [try value(kind, wire, depth: depth)])
      } else if flags.contains("i") {
        guard case .bytes(let inner) = wire else { continue }
        for member in try message(kind, inner, depth: depth + 1) { object[member.key] = member.value }
      } else {
        let value = try value(kind, wire, depth: depth)
        if !(flags.contains("o") && Self.isEmpty(value, wire)) { object[key] = value }
      }
    }
    return object
  }

  private func add(
    _ wire: WireReader.Value, toMap key: String, _ kind: String, _ object: inout JSONObject, depth: Int
  ) throws {
    guard case .bytes(let entry) = wire else { return }
    var reader = WireReader(entry)
    var name = ""
    var value: JSONValue = kind == "bytes" || kind == "string" ? "" : .null
    while let field = try reader.next() {
      if field.number == 1, case .bytes(let text) = field.value {
        name = String(decoding: text, as: UTF8.self)
      } else {
        value = try self.value(kind, field.value, depth: depth)
      }
    }
    var map = object[key] ?? [:]
    map[name] = value
    object[key] = map
  }

  private static func isEmpty(_ value: JSONValue, _ wire: WireReader.Value) -> Bool {
    if case .object(let object) = value { return object.isEmpty }
    return value.isNull || wire.isZero
  }

  private func value(_ kind: String, _ wire: WireReader.Value, depth: Int) throws -> JSONValue {
    switch (kind, wire) {
    case ("int", .varint(let number)): .int(Int64(bitPattern: number))
    case ("bool", .varint(let number)): .bool(number != 0)
    case ("double", .fixed64(let bits)): .double(Double(bitPattern: bits))
    case ("string", .bytes(let text)): .string(String(decoding: text, as: UTF8.self))
    case ("bytes", .bytes(let bytes)): .string(Base64.encode(Array(bytes)))
    case ("strings", .bytes(let bytes)): .array(try fields(bytes).map { .string($0.text) })
    case ("time", .bytes(let bytes)): try time(bytes)
    case ("quantity", .bytes(let bytes)): .string(try fields(bytes).first?.text ?? "0")
    case ("intOrString", .bytes(let bytes)): try intOrString(bytes)
    case ("raw", .bytes(let bytes)): try fields(bytes).first.map { try JSONValue(parsing: $0.bytes) } ?? .null
    case (let name, .bytes(let bytes)) where name.contains("."): .object(try message(name, bytes, depth: depth + 1))
    default: throw APIError.badRequest("the protobuf body is damaged: a \(kind) has another wire type")
    }
  }

  private struct Field {
    let number: Int
    let bytes: ArraySlice<UInt8>
    let integer: Int64
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private func fields(_ bytes: ArraySlice<UInt8>) throws -> [Field] {
    var reader = WireReader(bytes)
    var fields: [Field] = []
    while let (number, value) = try reader.next() {
      switch value {
      case .varint(let integer): fields.append(Field(number: number, bytes: [], integer: Int64(bitPattern: integer)))
      case .bytes(let bytes): fields.append(Field(number: number, bytes: bytes, integer: 0))
      case .fixed32, .fixed64: continue
      }
    }
    return fields
  }

  /// Seconds and nanoseconds; nothing at all is the zero time, which JSON writes as null.
  private func time(_ bytes: ArraySlice<UInt8>) throws -> JSONValue {
    let fields = try fields(bytes)
    guard let seconds = fields.first(where: { $0.number == 1 })?.integer else { return .null }
    let nanoseconds = fields.first { $0.number == 2 }?.integer ?? 0
    let time = Timestamp(microseconds: seconds * 1_000_000 + nanoseconds / 1000)
    return .string(nanoseconds == 0 ? time.rfc3339 : time.rfc3339Micro)
  }

  private func intOrString(_ bytes: ArraySlice<UInt8>) throws -> JSONValue {
    let fields = try fields(bytes)
    let isString = fields.first { $0.number == 1 }?.integer == 1
    return isString ? .string(fields.first { $0.number == 3 }?.text ?? "") : .int(fields.first { $0.number == 2 }?.integer ?? 0)
  }
}
