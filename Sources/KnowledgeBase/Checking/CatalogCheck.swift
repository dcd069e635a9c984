import Planning

/// Looks through the facts for what is missing, old or contradictory. A pure function; a few milliseconds for the shipped facts.
package struct CatalogCheck {
  /// From so many days on a price is old: cloud prices change by the quarter.
  package static let priceDays = 90

  private let knowledge: Knowledge
  private let today: CalendarDay
  private let engine: String
  private var findings: [CatalogFinding] = []

  /// The most severe first, then by kind and subject.
  ///
  /// - Parameter engine: The version of vLLM that plans are deployed with.
  package static func findings(
    _ knowledge: Knowledge, today: CalendarDay, engine: String = ServingEngine.vllmVersion
  ) -> [CatalogFinding] {
    var check = CatalogCheck(knowledge: knowledge, today: today, engine: engine)
    if knowledge.benchmarks.isEmpty { check.add(.noBenchmarks, "benchmarks", "there are no benchmarks: nothing can be planned") }
    check.checkModels()
    check.checkAccelerators()
    check.checkEngines()
    check.checkRows()
    return check.findings.enumerated().sorted { left, right in
      if left.element.severity != right.element.severity { return left.element.severity > right.element.severity }
      let order = (
        CatalogFinding.Kind.allCases.firstIndex(of: left.element.kind), CatalogFinding.Kind.allCases.firstIndex(of: right.element.kind)
      )
      if order.0 != order.1 { return (order.0 ?? 0) < (order.1 ?? 0) }
      return (left.element.subject, left.offset) < (right.element.subject, right.offset)
    }.map(\.element)
  }

  private init(knowledge: Knowledge, today: CalendarDay, engine: String) {
    self.knowledge = knowledge
    self.today = today
    self.engine = engine
  }

  private mutating func add(_ kind: CatalogFinding.Kind, _ subject: String, _ message: String, rows: Int = 0) {
    findings.append(CatalogFinding(kind: kind, subject: subject, message: message, rows: rows))
  }

  private mutating func checkModels() {
    var rows: [String: Int] = [:]
    for row in knowledge.benchmarks { rows[row.model, default: 0] += 1 }
    var known: [String: Int] = [:]
    for (name, count) in rows {
      if let model = try? knowledge.model(named: name) { known[model.id, default: 0] += count }
    }
    for model in knowledge.models {
      let count = known[model.id] ?? 0
      if count == 0 {
        add(.modelWithoutBenchmarks, model.id, "the model \(model.id) has no benchmarks")
      } else if model.isUnlisted {
        add(.unlistedModel, model.id, "the model \(model.id) has benchmarks and is not in the catalogue", rows: count)
      }
    }
  }

  private mutating func checkAccelerators() {
    var names: [String: Int] = [:]
    for row in knowledge.benchmarks { names[row.accelerator, default: 0] += 1 }
    var rows: [String: Int] = [:]
    for (name, count) in names {
      if let accelerator = try? knowledge.accelerator(named: name) { rows[accelerator.name, default: 0] += count }
    }
    for accelerator in knowledge.accelerators {
      let name = accelerator.name
      let count = rows[name] ?? 0
      if accelerator.isUnlisted { add(.unlistedAccelerator, name, "\(name) has benchmarks and is not in the catalogue", rows: count) }
      if accelerator.pricePerHourUSD == nil {
        if count > 0 { add(.acceleratorWithoutPrice, name, "\(name) has benchmarks and no price", rows: count) }
      } else if let day = accelerator.pricedOn.flatMap({ CalendarDay($0) }) {
        let age = today.daysSince1970 - day.daysSince1970
        if age > Self.priceDays { add(.stalePrice, name, "the price of \(name) is \(age) days old (\(day))") }
      } else {
        add(.undatedPrice, name, "the price of \(name) has no date")
      }
    }
  }

  private struct Deployment: Hashable, Comparable {
    let model: String
    let accelerator: String

    static func < (left: Deployment, right: Deployment) -> Bool {
      (left.model, left.accelerator) < (right.model, right.accelerator)
    }
  }

  private mutating func checkEngines() {
    var versions: [Deployment: [String: Int]] = [:]
    for row in knowledge.benchmarks where row.kind == .measured || row.kind == .learned {
      guard let version = row.engineVersion else { continue }
      versions[Deployment(model: row.model, accelerator: row.accelerator), default: [:]][version, default: 0] += 1
    }
    for (deployment, found) in versions.sorted(by: { $0.key < $1.key }) {
      let isDeployed = found.keys.allSatisfy { $0.minorVersion == engine.minorVersion }
      guard found.count > 1 || !isDeployed else { continue }
      let list = found.keys.sorted { $0.compareAsVersion(to: $1) }.joined(separator: ", ")
      let subject = "\(deployment.model) on \(deployment.accelerator)"
      let message = "\(subject) was measured with vLLM \(list)" + (isDeployed ? "" : ", and \(engine) is deployed")
      add(.engineVersionsDiffer, subject, message, rows: found.values.reduce(0, +))
    }
  }
}

// MARK: Rows

extension CatalogCheck {
  private struct Configuration: Hashable {
    let kind: Benchmark.Kind
    let model: String
    let accelerator: String
    let gpus: Int

    init(_ row: Benchmark) { (kind, model, accelerator, gpus) = (row.kind, row.model, row.accelerator, row.gpus) }

    var text: String { "\(model) on \(gpus) × \(accelerator) (\(kind.rawValue))" }
  }

  private struct Load: Hashable {
    let key: Benchmark.Key
    let date: String?
  }

  private static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

  private mutating func checkRows() {
    var below: [Configuration: Int] = [:]
    var unsaturated: [Configuration: Int] = [:]
    var loads: [Load: [Benchmark]] = [:]
    for row in knowledge.benchmarks {
      let configuration = Configuration(row)
      if [row.ttft, row.itl, row.e2e].contains(where: { ($0.p95 ?? .infinity) < ($0.mean ?? 0) }) {
        below[configuration, default: 0] += 1
      }
      if row.isCapacityLowerBound { unsaturated[configuration, default: 0] += 1 }
      loads[Load(key: row.key, date: row.date), default: []].append(row)
    }
    for (configuration, count) in below {
      add(.p95BelowMean, configuration.text, "\(configuration.text): \(Self.rows(count)) with a p95 below its mean", rows: count)
    }
    for (configuration, count) in unsaturated {
      add(
        .unsaturatedSweep, configuration.text,
        "\(configuration.text): \(count == 1 ? "a sweep ends" : "\(count) sweeps end") before saturation", rows: count)
    }
    var twice: [Configuration: Int] = [:]
    var contradicting: [Configuration: Int] = [:]
    for rows in loads.values where rows.count > 1 {
      let configuration = Configuration(rows[0])
      if rows.dropFirst().allSatisfy({ $0.hasFigures(of: rows[0]) }) {
        twice[configuration, default: 0] += rows.count
      } else {
        contradicting[configuration, default: 0] += rows.count
      }
    }
    for (configuration, count) in twice {
      add(.duplicateRows, configuration.text, "\(configuration.text): \(count) rows say the same", rows: count)
    }
    for (configuration, count) in contradicting {
      let message = "\(configuration.text): \(count) rows say different things about the same load and day"
      add(.contradictingRows, configuration.text, message, rows: count)
    }
  }
}

extension Benchmark {
  fileprivate func hasFigures(of other: Benchmark) -> Bool { ttft == other.ttft && itl == other.itl && e2e == other.e2e }
}

extension String {
  /// `0.19` of `0.19.1` and of `v0.19.0`.
  fileprivate var minorVersion: String {
    (first == "v" ? dropFirst() : self[...]).split(separator: ".").prefix(2).joined(separator: ".")
  }

  /// `0.9.1` before `0.12.0`; what is no number comes after numbers.
  func compareAsVersion(to other: String) -> Bool {
    let (left, right) = (split(separator: "."), other.split(separator: "."))
    for (one, two) in zip(left, right) where one != two {
      guard let first = Int(one), let second = Int(two) else { return Int(one) != nil || (Int(two) == nil && one < two) }
      return first < second
    }
    return left.count < right.count
  }
}
