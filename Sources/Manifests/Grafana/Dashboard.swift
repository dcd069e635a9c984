import JSON

/// A dashboard of Grafana as values; rows of panels, each of the same height.
struct Dashboard {
  struct Panel {
    var title: String
    /// Grafana's name: `s`, `short`, `percentunit`, `reqps`, `currencyUSD`.
    var unit: String
    /// Expressions with their legends.
    var queries: [(expression: String, legend: String)]
    var description = ""
  }

  /// At most 40 characters, which is Grafana's limit.
  var uid: String
  var title: String
  var rows: [[Panel]]

  /// What Grafana's sidecar loads: the dashboard itself, not wrapped in anything.
  var json: JSONValue {
    [
      "uid": .string(uid), "title": .string(title), "tags": ["podium"], "schemaVersion": 39, "version": 1, "editable": true,
      "timezone": "browser", "refresh": "30s", "time": ["from": "now-6h", "to": "now"],
      "templating": ["list": [["type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus"]]],
      "annotations": ["list": []], "panels": .array(panels),
    ]
  }

  /// Every expression, for tests.
  var expressions: [String] { rows.joined().flatMap { $0.queries.map(\.expression) } }

  private static let datasource: JSONValue = ["type": "prometheus", "uid": "${datasource}"]
  private static let height = 8
  private static let width = 24

  private var panels: [JSONValue] {
    var number = 0
    return rows.enumerated().flatMap { line, row in
      row.enumerated().map { column, panel in
        number += 1
        let width = Self.width / row.count
        return Self.json(panel, id: number, place: (x: column * width, y: line * Self.height, width: width))
      }
    }
  }

  private static func json(_ panel: Panel, id: Int, place: (x: Int, y: Int, width: Int)) -> JSONValue {
    let targets = panel.queries.enumerated().map { index, query -> JSONValue in
      [
        "refId": .string(String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index % 26)))), "expr": .string(query.expression),
        "legendFormat": .string(query.legend), "datasource": datasource,
      ]
    }
    return [
      "id": JSONValue(id), "type": "timeseries", "title": .string(panel.title), "description": .string(panel.description),
      "datasource": datasource,
      "gridPos": ["x": JSONValue(place.x), "y": JSONValue(place.y), "w": JSONValue(place.width), "h": JSONValue(height)],
      "fieldConfig": ["defaults": ["unit": .string(panel.unit), "min": 0, "custom": ["fillOpacity": 10]], "overrides": []],
      "options": [
        "legend": ["displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]], "tooltip": ["mode": "multi"],
      ],
      "targets": .array(targets),
    ]
  }

  /// A name for `text` of 16 hexadecimal digits: FNV-1a, 64 bits.
  static func digest(_ text: String) -> String {
    let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
