import Drawing

/// What only this picture has: points, rings and their numbers.
extension PlanDrawing {
  /// After the eight colours of every drawing: there are more kinds of GPUs than that.
  private static let moreColors = ["#0b3d91", "#e377c2", "#5d4037", "#00c2a8", "#b8b800"]

  /// The colour of the accelerator with this place in the legend.
  static func fill(_ index: Int) -> String {
    index < 8 ? DrawingStyle.fill(index) : "g\((index - 8) % moreColors.count)"
  }

  static let css =
    moreColors.enumerated().map { ".g\($0.offset) { fill: \($0.element); }\n" }.joined() + """
      .mark { stroke: #ffffff; stroke-width: 0.8; }
      .shape { fill: #59636e; }
      .ring { fill: none; stroke: #59636e; stroke-width: 1.6; }
      .chosen { stroke: #1f2328; stroke-width: 2.6; }
      .number { font-size: 13px; font-weight: bold; paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
      @media (prefers-color-scheme: dark) {
        .mark { stroke: #0d1117; }
        .shape { fill: #9ba6b2; }
        .ring { stroke: #9ba6b2; }
        .chosen { stroke: #e6edf3; }
        .number { stroke: #0d1117; }
      }

      """
}
