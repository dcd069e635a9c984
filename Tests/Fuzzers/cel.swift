// modules: CEL
// Expressions of strangers: compiled or refused, evaluated within a bound, never a crash.
import CEL

func fuzz(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let program = try? CELProgram.compile(text, variables: ["self": .dyn]) else { return }
  _ = try? program.evaluate(bindings: ["self": .string("a")], limit: 10_000)
}
