/// `"%s has %d".format([a, 1])`: the strings extension of cel-go.
enum CELFormat {
  static func format(_ template: String, _ arguments: [CELValue]) throws(CELError) -> String {
    var result = ""
    var scalars = template.unicodeScalars[...]
    var next = 0
    while let scalar = scalars.popFirst() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if scalars.first == "%" {
        scalars.removeFirst()
        result += "%"
        continue
      }
      var precision: Int?
      if scalars.first == "." {
        scalars.removeFirst()
        let digits = scalars.prefix { ("0"..."9").contains($0) }
        scalars.removeFirst(digits.count)
        precision = min(Int(String(digits)) ?? 0, 50)
      }
      guard let clause = scalars.popFirst() else { throw CELError("unexpected end of string") }
      guard next < arguments.count else { throw CELError("index \(next) out of range") }
      result += try text(arguments[next], clause, precision)
      next += 1
    }
    return result
  }

  private static func text(_ value: CELValue, _ clause: Unicode.Scalar, _ precision: Int?) throws(CELError) -> String {
    switch clause {
    case "s": return value.display
    case "d":
      switch value {
      case .int, .uint: return try value.text()
      default: throw CELError("decimal clause can only be used on integers, was given \(value.typeName)")
      }
    case "f":
      guard let number = value.number else { throw CELError("fixed-point clause can only be used on doubles, was given \(value.typeName)") }
      return fixed(number, precision ?? 6)
    case "x", "X", "o", "b": return try radix(value, clause)
    default: throw CELError("could not parse formatting clause: unrecognized formatting clause \"\(clause)\"")
    }
  }

  private static func radix(_ value: CELValue, _ clause: Unicode.Scalar) throws(CELError) -> String {
    let base = clause == "o" ? 8 : clause == "b" ? 2 : 16
    switch value {
    case .int(let number): return String(number, radix: base, uppercase: clause == "X")
    case .uint(let number): return String(number, radix: base, uppercase: clause == "X")
    case .bool(let flag) where base == 2: return flag ? "1" : "0"
    case .string(let text) where base == 16:
      return text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: clause == "X") }.joined()
    default: throw CELError("only integers can be formatted with this clause, was given \(value.typeName)")
    }
  }

  private static func fixed(_ number: Double, _ places: Int) -> String {
    guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(number) * scale).rounded(.toNearestOrEven)
    guard scaled < 9e18 else { return "\(number)" }
    var digits = String(UInt64(scaled))
    while digits.count <= places { digits = "0" + digits }
    let sign = number < 0 && scaled > 0 ? "-" : ""
    return places == 0 ? sign + digits : "\(sign)\(digits.dropLast(places)).\(digits.suffix(places))"
  }
}
