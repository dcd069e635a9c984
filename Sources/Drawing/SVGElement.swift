/// A piece of a drawing: an element with its attributes, its text and what is inside. Text is escaped when it is written.
package struct SVGElement: Sendable {
  package enum Anchor: String { case start, middle, end }

  private var name: String
  private var attributes: [(name: String, value: String)]
  private var content: String?
  private var children: [SVGElement] = []

  package init(_ name: String, _ attributes: [(String, String)] = [], text: String? = nil, _ children: [SVGElement] = []) {
    self.name = name
    self.attributes = attributes.map { (name: $0.0, value: $0.1) }
    content = text
    self.children = children
  }

  package mutating func add(_ child: SVGElement) { children.append(child) }
  package mutating func add(_ more: [SVGElement]) { children += more }

  package func with(_ name: String, _ value: String) -> SVGElement {
    var copy = self
    copy.attributes.append((name: name, value: value))
    return copy
  }

  /// As an XML document's text, indented by its depth.
  package func written(depth: Int = 0) -> String {
    let indent = String(repeating: " ", count: depth)
    var line = "\(indent)<\(name)"
    for attribute in attributes { line += " \(attribute.name)=\"\(Self.escaped(attribute.value))\"" }
    if children.isEmpty, content == nil { return line + "/>\n" }
    line += ">"
    if let content { line += Self.escaped(content) }
    if children.isEmpty { return line + "</\(name)>\n" }
    return line + "\n" + children.map { $0.written(depth: depth + 1) }.joined() + "\(indent)</\(name)>\n"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // XML 1.0 has no other control characters, not even escaped.
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

// MARK: Shapes

extension SVGElement {
  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  package static func group(_ children: [SVGElement], css: String? = nil) -> SVGElement {
    SVGElement("g", css.map { [("class", $0)] } ?? [], children)
  }

  package static func line(_ from: Point, _ to: Point, css: String) -> SVGElement {
    SVGElement("line", [("class", css), ("x1", of(from.x)), ("y1", of(from.y)), ("x2", of(to.x)), ("y2", of(to.y))])
  }

  package static func rectangle(_ corner: Point, width: Double, height: Double, css: String) -> SVGElement {
    SVGElement(
      "rect", [("class", css), ("x", of(corner.x)), ("y", of(corner.y)), ("width", of(max(0, width))), ("height", of(max(0, height)))])
  }

  package static func circle(_ center: Point, radius: Double, css: String) -> SVGElement {
    SVGElement("circle", [("class", css), ("cx", of(center.x)), ("cy", of(center.y)), ("r", of(radius))])
  }

  package static func polyline(_ points: [Point], css: String) -> SVGElement {
    SVGElement("polyline", [("class", css), ("points", list(points))])
  }

  package static func polygon(_ points: [Point], css: String) -> SVGElement {
    SVGElement("polygon", [("class", css), ("points", list(points))])
  }

  package static func text(_ text: String, _ at: Point, css: String, anchor: Anchor = .start) -> SVGElement {
    let element = SVGElement("text", [("class", css), ("x", of(at.x)), ("y", of(at.y))], text: text)
    return anchor == .start ? element : element.with("text-anchor", anchor.rawValue)
  }

  private static func list(_ points: [Point]) -> String { points.map { "\(of($0.x)),\(of($0.y))" }.joined(separator: " ") }

  /// A tenth of a pixel is enough.
  private static func of(_ number: Double) -> String {
    let text = DecimalText.fixed(number, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
