import JSON
import Scheduling
import Testing

@testable import DataPlane

@Suite struct `The JSON field scanner` {
  private func scan(_ text: String) throws(JSONFault) -> RequestFields { try JSONFieldScanner.scan(Array(text.utf8).span) }

  @Test func `finds the fields at the top level only, in any order and spacing`() throws {
    let text =
      #" { "messages" : [ {"model":"no","stream":true}, "\"model\":", 1e5, null ] , "stream" : true, "max_tokens":77,"model" : "yes" } "#
    let fields = try scan(text)
    #expect(fields.model.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) } == "yes")
    #expect(fields.streams && fields.maximumOutputTokens == 77)
    let both = try scan(#"{"max_tokens":9,"max_completion_tokens":5,"stream":null}"#)
    #expect(both.maximumOutputTokens == 5 && !both.streams && both.model == nil)
  }

  @Test func `agrees with a JSON parser on random documents, and never crashes on random bytes`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var chance = Chance(state: seed)
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"model\"", "\"m\"", "\"a\\\"b\"", "\"stream\"", "true", "false", "null", "1", "-2.5e3", " ", "\n",
      "\"x\":{\"model\":1}", "\"",
    ]
    var valid = 0
    for number in 0..<30_000 {
      var text = number % 2 == 0 ? "{\"model\":\"m\"" : "{"
      for _ in 0..<Int.random(in: 0...10, using: &chance) { text += pieces.randomElement(using: &chance) ?? "" }
      text += "}"
      let scanned = try? scan(text)
      guard let parsed = try? JSONValue(parsing: text), parsed.object != nil else { continue }
      // What a parser accepts is accepted too, except what two readers could read differently.
      guard let scanned else { continue }
      valid += 1
      #expect(scanned.model == nil || parsed["model"]?.string != nil, "seed \(seed): \(text)")
      #expect(scanned.streams == (parsed["stream"]?.bool ?? false), "seed \(seed): \(text)")
      if let model = parsed["model"]?.string, let range = scanned.model {
        #expect(
          JSONText.unescaped(Array(text.utf8).span, range).map { String(decoding: $0, as: UTF8.self) } == model, "seed \(seed): \(text)")
      }
    }
    #expect(valid > 1000, "seed \(seed): the generator makes too few valid documents to prove anything")
  }

  @Test func `says what is wrong`() {
    let table: [(String, JSONFault)] = [
      ("", .notAnObject(offset: 0)), ("[]", .notAnObject(offset: 0)), ("{", .truncated), (#"{"a"}"#, .malformed(offset: 4)),
      (#"{"a":1,}"#, .malformed(offset: 7)), (#"{"model":"a","model":"b"}"#, .repeatedMember("model")),
      ("{\"a\":\"\n\"}", .malformed(offset: 6)),
      (#"{"\u006d":1}"#, .escapedMemberName(offset: 2)),
      (#"{"max_tokens":"5"}"#, .wrongType(member: "max_tokens", expected: "a positive integer")),
    ]
    for (text, fault) in table { #expect(throws: fault, "\(text)") { _ = try scan(text) } }
  }

  @Test func `escapes are resolved as JSON does`() {
    for text in [#"a\/b"#, #"\u00e9\n\"\\"#, #"\ud83d\ude00"#, "plain é"] {
      let parsed = try? JSONValue(parsing: "\"\(text)\"")
      #expect(JSONText.unescaped(Array(text.utf8).span, 0..<text.utf8.count).map { String(decoding: $0, as: UTF8.self) } == parsed?.string)
    }
    for text in [#"\x"#, #"\u12"#, #"\ud83d"#, #"\ud83dx"#] {
      #expect(JSONText.unescaped(Array(text.utf8).span, 0..<text.utf8.count) == nil)
    }
  }
}

@Suite struct `Token usage` {
  @Test func `is read from the end of an answer or of a stream`() {
    let json = Array(#"{"usage":{"prompt_tokens": 7,"completion_tokens":12,"total_tokens":19}}"#.utf8)
    #expect(TokenUsage(inTail: json.span)?.promptTokens == 7)
    let stream = Array(
      "data: {\"usage\":null}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n".utf8)
    #expect(TokenUsage(inTail: stream.span)?.outputTokens == 2)
    #expect(TokenUsage(inTail: Array("data: {\"usage\":null}\n\n".utf8).span) == nil)
    let responses = Array(#""usage":{"input_tokens":3,"output_tokens":4}"#.utf8)
    #expect(TokenUsage(inTail: responses.span)?.outputTokens == 4)
  }
}

@Suite struct `SHA-256` {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 1000), "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ])
  func `of FIPS 180-4's examples is as published`(message: String, digest: String) {
    #expect(SHA256Digest(message) == SHA256Digest(hexadecimal: digest))
  }
}
