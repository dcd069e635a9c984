import JSON
import Testing

@testable import DataPlane

@Suite struct `What a request's body says` {
  private func scan(_ text: String) throws(JSONFault) -> RequestFields { try JSONFieldScanner.scan(Array(text.utf8).span) }

  private func text(_ range: Range<Int>?, in text: String) -> String? {
    range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test func `is found whatever stands around it`() throws {
    let body =
      #"{"n":3,"user":"u1","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}],"priority":-7,"#
      + #""prompt_cache_key":"k","max_tokens":10,"model":"m","metadata":{"model":"no","priority":1,"stream":true}}"#
    let fields = try scan(body)
    #expect(fields.choices == 3 && fields.maximumTotalOutput == 30 && fields.hasStreamOptions && !fields.streams)
    #expect(text(fields.user, in: body) == "u1" && text(fields.cacheKey, in: body) == "k" && text(fields.priority, in: body) == "-7")
    #expect(text(fields.prompt, in: body) == #"[{"role":"user","content":"x"}]"# && text(fields.model, in: body) == "m")
    #expect(fields.firstMember == 1)
    // What is not of the type it should be is the model server's to judge, where nothing is decided by it here.
    let strange = try scan(#"{"n":"3","user":7,"prompt_cache_key":null,"stream_options":null,"priority":"high","model":"m"}"#)
    #expect(strange.choices == 1 && strange.user == nil && strange.cacheKey == nil && !strange.hasStreamOptions)
  }

  @Test func `is refused where two readers could read two things`() {
    let table: [(String, JSONFault)] = [
      (#"{"priority":1,"model":"m","priority":-9}"#, .repeatedMember("priority")),
      (#"{"stream_options":{},"stream_options":null}"#, .repeatedMember("stream_options")),
      (#"{"priorit\u0079":1}"#, .escapedMemberName(offset: 2)), (#"{"stream":1}"#, .wrongType(member: "stream", expected: "true or false")),
      ("\u{FEFF}{\"model\":\"m\"}", .byteOrderMark),
    ]
    for (text, fault) in table { #expect(throws: fault, "\(text)") { _ = try scan(text) } }
    #expect(throws: JSONFault.notAnObject(offset: 0)) { _ = try JSONFieldScanner.scan([0xff, 0xfe, 0x7b, 0x00].span) }
  }

  @Test func `is refused where it is no JSON, at any depth`() {
    for text in [
      #"{"a":[}"#, #"{"a":[1,]}"#, #"{"a":{"b"}}"#, #"{"a":{"b":1,}}"#, #"{"a":[1 2]}"#, #"{"a":{1:2}}"#, #"{"a":tru}"#, #"{"a":01}"#,
      #"{"a":1.}"#, #"{"a":-}"#, #"{"a":1e}"#, #"{"a":+1}"#, #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, #"{"a":NaN}"#, #"{"a":[[{"b":}]]}"#,
      #"{"a":1}}"#, #"{"a":[1]]}"#, #"{,}"#, #"{"a"::1}"#,
    ] {
      #expect(throws: JSONFault.self, "\(text)") { _ = try scan(text) }
    }
  }

  @Test func `may be nested as deeply as the bound, and not deeper`() throws {
    func nested(_ depth: Int) -> String {
      let opening = (0..<depth).map { $0 % 3 == 0 ? #"{"a":"# : "[" }.joined()
      let closing = (0..<depth).reversed().map { $0 % 3 == 0 ? "}" : "]" }.joined()
      return #"{"x":"# + opening + "1" + closing + #","model":"m"}"#
    }
    #expect(try scan(nested(JSONFieldScanner.maximumDepth)).model != nil)
    let fault = #expect(throws: JSONFault.self) { _ = try scan(nested(JSONFieldScanner.maximumDepth + 1)) }
    guard case .tooDeep = fault else { return #expect(Bool(false), "\(String(describing: fault))") }
  }

  @Test func `is found behind sixteen megabytes of text`() throws {
    let filler = String(repeating: #"é日本 \n\" "#, count: 1 << 20)
    let body = #"{"messages":[{"content":""# + filler + #""}],"model":"m"}"#
    #expect(text(try scan(body).model, in: body) == "m")
  }

  @Test func `is what a parser reads, for random documents and for damaged ones`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    var (accepted, refused) = (0, 0)
    for _ in 0..<20_000 {
      var text = Array(Self.document(&chance, depth: 4).utf8)
      if Bool.random(using: &chance) { Self.damage(&text, &chance) }
      let parsed = (try? JSONValue(parsing: text))?.object
      let what = "seed \(seed): \(String(decoding: text, as: UTF8.self))"
      do {
        let fields = try JSONFieldScanner.scan(text.span)
        accepted += 1
        // Only bytes that are no UTF-8 and numbers beyond a double pass here and not there; the generator makes neither.
        guard let parsed else { return #expect(Bool(false), "\(what): accepted, and no JSON") }
        let model = fields.model.flatMap { JSONText.unescaped(text.span, $0) }.map { String(decoding: $0, as: UTF8.self) }
        // Half a surrogate pair names nothing: the parser puts U+FFFD there.
        #expect((fields.model != nil && model == nil) || model == parsed["model"]?.string, "\(what)")
        #expect(fields.streams == (parsed["stream"]?.bool ?? false), "\(what)")
        let priority = fields.priority.flatMap { try? JSONValue(parsing: text[$0]) }
        #expect(priority == parsed["priority"], "\(what)")
        let user = fields.user.flatMap { JSONText.unescaped(text.span, $0) }.map { String(decoding: $0, as: UTF8.self) }
        #expect((fields.user != nil && user == nil) || user == parsed["user"]?.string, "\(what)")
      } catch {
        refused += 1
        switch error {
        case .repeatedMember, .escapedMemberName, .wrongType, .tooDeep: break
        default: #expect(parsed == nil, "\(what): refused with \(error)")
        }
      }
    }
    #expect(accepted > 3000 && refused > 3000, "seed \(seed): \(accepted) accepted, \(refused) refused prove little")
  }

  private static func document(_ chance: inout Chance, depth: Int) -> String {
    let blank = ["", "", " ", "\n\t"].randomElement(using: &chance) ?? ""
    let names = ["model", "stream", "priority", "user", "messages", "a", "b", "content", "é"]
    let members = (0..<Int.random(in: 0...5, using: &chance)).map { _ in
      let name = names.randomElement(using: &chance) ?? "a"
      let value =
        switch name {
        case "model": string(&chance)
        case "stream": Bool.random(using: &chance) ? "true" : "false"
        default: value(&chance, depth: depth)
        }
      return "\(blank)\"\(name)\"\(blank):\(blank)\(value)\(blank)"
    }
    return "{" + members.joined(separator: ",") + blank + "}"
  }

  private static func value(_ chance: inout Chance, depth: Int) -> String {
    switch Int.random(in: 0...(depth > 0 ? 7 : 4), using: &chance) {
    case 0: return string(&chance)
    case 1: return ["0", "-0", "12", "-3.25", "1e5", "2E-3", "10.0e+1"].randomElement(using: &chance) ?? "0"
    case 2: return ["true", "false", "null"].randomElement(using: &chance) ?? "null"
    case 3: return "\"\""
    case 4: return "[]"
    case 5: return document(&chance, depth: depth - 1)
    default:
      let elements = (0..<Int.random(in: 0...4, using: &chance)).map { _ in value(&chance, depth: depth - 1) }
      return "[" + elements.joined(separator: " , ") + "]"
    }
  }

  private static func string(_ chance: inout Chance) -> String {
    let pieces = [
      "plain text", "é", "日本", #"\n"#, #"\""#, #"\\"#, #"\u00e9"#, #"\ud83d\ude00"#, "{", "]", ",",
      "\"model\":".replacing("\"", with: "\\\""),
    ]
    return "\"" + (0..<Int.random(in: 0...6, using: &chance)).map { _ in pieces.randomElement(using: &chance) ?? "" }.joined() + "\""
  }

  /// Takes a byte of ASCII away, puts one in, or cuts the end off.
  private static func damage(_ text: inout [UInt8], _ chance: inout Chance) {
    let index = Int.random(in: 0..<text.count, using: &chance)
    guard text[index] < 0x80 else { return }
    switch Int.random(in: 0...2, using: &chance) {
    case 0: text.remove(at: index)
    case 1: text[index] = Array("{}[],:\"\\0 x".utf8).randomElement(using: &chance) ?? 0x20
    default: text.removeSubrange(index...)
    }
  }
}

@Suite struct `A form` {
  private static let type = "multipart/form-data; boundary=XyZ"

  private func scan(_ body: String, type: String = Self.type) throws(FormFault) -> (fields: RequestFields, model: String?) {
    let bytes = Array((type + body).utf8)
    let fields = try FormFieldScanner.scan(bytes.span, body: type.utf8.count..<bytes.count, contentType: 0..<type.utf8.count)
    return (fields, fields.model.map { String(decoding: Array(body.utf8)[$0], as: UTF8.self) })
  }

  private static func part(_ disposition: String, _ content: String) -> String {
    "--XyZ\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n\(content)\r\n"
  }

  @Test func `names its model in a part, before or behind the file`() throws {
    let file =
      "--XyZ\r\ncontent-type: audio/wav\r\ncontent-disposition: form-data; filename=\"a;name=\\\"model\"; name=file\r\n\r\n\r\n--Xy\r--X\r\n\r\n"
    let model = Self.part(#"name="model""#, "whisper-1")
    for body in [model + file, file + model, "preamble\r\n" + model + file] {
      #expect(try scan(body + "--XyZ--\r\nepilogue").model == "whisper-1", "\(body)")
    }
    let stream = try scan(model + Self.part("name=stream", "true") + "--XyZ--")
    #expect(stream.fields.streams && stream.fields.firstMember == nil)
    #expect(try scan(Self.part("name=other", "x") + "--XyZ--").model == nil)
    #expect(
      try scan(model.replacing("XyZ", with: "a b") + "--a b--", type: "Multipart/Form-Data; charset=utf-8; boundary=\"a b\"").model != nil)
  }

  @Test func `is refused when it is unclear or ends too early`() {
    let model = Self.part(#"name="model""#, "m")
    let table: [(String, String, FormFault)] = [
      (model + model + "--XyZ--", Self.type, .repeatedPart("model")), (model, Self.type, .truncated), ("", Self.type, .truncated),
      (model + "--XyZ--", "multipart/form-data", .boundaryMissing), (model, "multipart/form-data; boundary=", .boundaryMissing),
      (model, "multipart/form-data; boundary=" + String(repeating: "x", count: 71), .boundaryMissing),
      ("--XyZ\r\n\r\nm\r\n--XyZ--", Self.type, .unclearPartName(offset: 7)), ("--XyZx\r\n", Self.type, .malformed(offset: 5)),
      ("--XyZ\ncontent", Self.type, .malformed(offset: 5)),
    ]
    for (body, type, fault) in table { #expect(throws: fault, "\(body)") { _ = try scan(body, type: type) } }
    for name in [#"name*=UTF-8''model"#, #"name="mo\del""#, #"name="model"; name="x""#] {
      #expect(throws: FormFault.self, "\(name)") { _ = try scan(Self.part(name, "m") + "--XyZ--") }
    }
  }

  @Test func `of random bytes never crashes the scanner`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    let pieces = [
      "--XyZ", "--XyZ--", "\r\n", "\r", "\n", "content-disposition: ", "form-data; ", "name=", "\"model\"", ";", "\\", "\"", "x", ": ",
    ]
    for _ in 0..<20_000 {
      var text = "--XyZ\r\n"
      for _ in 0..<Int.random(in: 0...14, using: &chance) { text += pieces.randomElement(using: &chance) ?? "" }
      guard let model = try? scan(text).fields.model else { continue }
      #expect(model.upperBound <= text.utf8.count, "seed \(seed): \(text)")
    }
  }
}

@Suite struct `Edits of a body` {
  @Test func `are made in place, in any order, and the rest is copied`() {
    let message = Array(#"HEAD{"model":"a","x":1,"priority":-5}"#.utf8)
    func edited(_ change: (inout BodyEdits) -> Void) -> String {
      var edits = BodyEdits()
      change(&edits)
      let count = message.count - 4 + edits.growth
      return String(
        decoding: [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
          var writer = ByteWriter(UnsafeMutableRawBufferPointer(buffer))
          edits.write(message.span, 4..<message.count, into: &writer)
          written = writer.count
        }, as: UTF8.self)
    }
    let (model, priority) = (13..<16, message.count - 3..<message.count - 1)
    #expect(edited { _ in } == #"{"model":"a","x":1,"priority":-5}"#)
    for isSwapped in [false, true] {
      let text = edited { edits in
        for (range, text) in isSwapped ? [(priority, "2"), (model, #""long""#)] : [(model, #""long""#), (priority, "2")] {
          edits.replace(range, with: Array(text.utf8))
        }
      }
      #expect(text == #"{"model":"long","x":1,"priority":2}"#)
    }
    let inserted = edited { edits in
      edits.insert(Array(#""p":0,"#.utf8), at: 5)
      edits.replace(model, with: Array(#""b""#.utf8))
    }
    #expect(inserted == #"{"p":0,"model":"b","x":1,"priority":-5}"#)
  }
}
