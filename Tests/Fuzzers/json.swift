// modules: JSON
// What is parsed is written and parsed again: the same value.
import JSON

func fuzz(_ bytes: [UInt8]) {
  guard let value = try? JSONParser.parse(bytes.span) else { return }
  let written = value.bytes()
  guard let again = try? JSONParser.parse(written.span) else { fatalError("does not read what it wrote") }
  require(again == value, "another value")
}
