/// Colours and type: readable on light and on dark paper.
package enum DrawingStyle {
  /// Told apart by people who see fewer colours too: they also differ in lightness.
  private static let colors = ["#2f6fd0", "#d97a1c", "#2b9a66", "#9556c4", "#c9434f", "#1d94a8", "#8a7a1e", "#6b7280"]

  package static func stroke(_ tier: Int) -> String { "line s\(tier % colors.count)" }
  package static func fill(_ tier: Int) -> String { "f\(tier % colors.count)" }

  package static let css: String = {
    var css = """

      text { font-family: "DejaVu Sans", Verdana, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2328; }
      .page { fill: #ffffff; }
      .title { font-size: 20px; font-weight: bold; }
      .head { font-size: 13px; font-weight: bold; }
      .tick { font-size: 11px; fill: #59636e; }
      .warmup { fill: #59636e; fill-opacity: 0.1; }
      .grid { stroke: #d8dee4; stroke-width: 1; }
      .axis { stroke: #59636e; stroke-width: 1; fill: none; }
      .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
      .dashed { stroke-dasharray: 5 4; stroke-width: 1.5; }
      .area { fill-opacity: 0.75; }
      .pale { fill-opacity: 0.35; }
      .fault { stroke: #c9434f; stroke-width: 1; stroke-dasharray: 3 3; }
      .faultname { font-size: 11px; fill: #c9434f; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }

      """
    for (index, color) in colors.enumerated() { css += ".s\(index) { stroke: \(color); }\n.f\(index) { fill: \(color); }\n" }
    return css + """
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; }
        .page { fill: #0d1117; }
        .tick { fill: #9ba6b2; }
        .grid { stroke: #2b323b; }
        .axis { stroke: #9ba6b2; }
        .fault { stroke: #ff7b84; }
        .faultname { fill: #ff7b84; stroke: #0d1117; }
      }

      """
  }()
}
