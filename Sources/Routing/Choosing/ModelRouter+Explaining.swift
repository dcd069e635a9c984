extension ModelRouter {
  /// Why a model was not considered, for people.
  package func sentence(for rejection: ModelRejection, request: TaskRequest) -> String {
    let facts = catalog.models[rejection.model]
    switch rejection.reason {
    case .excluded: return "\(facts.name) is excluded from this choice."
    case .capabilities:
      return "\(facts.name) cannot do \(catalog.missing(request.capabilities, of: rejection.model).joined(separator: ", "))."
    case .contextWindow(let needed, let window):
      return "\(facts.name) holds \(window) tokens, \(needed - window) fewer than the \(needed) of prompt and answer."
    case .cost(let estimate, let limit):
      return "\(facts.name) would cost \(Self.dollars(estimate)), \(Self.dollars(estimate - limit)) over the limit."
    case .rule(let index): return "\(facts.name) is ruled out by \(rules.name(of: index))."
    case .memory(let needed, let room):
      return "\(facts.name) needs \(Self.gigabytes(needed)) of memory; there is room for \(Self.gigabytes(max(0, room)))."
    case .unhealthy: return "\(facts.name) does not answer its health checks."
    case .breakerOpen: return "\(facts.name) failed too often lately; its circuit breaker is open."
    case .task: return "\(facts.name) is not listed for \(request.task.rawValue)."
    case .quality(let has, let needed): return "\(facts.name) is of quality \(has.rawValue); \(needed.rawValue) was asked for."
    }
  }

  /// Why the first of a selection is the first, the most important reason first.
  package func reasons(for selection: ModelSelection, request: TaskRequest) -> [String] {
    guard let chosen = selection.chosen else { return ["No model can answer this request."] }
    let name = catalog.models[chosen.model].name
    var reasons = selection.relaxed.map { relaxation in
      switch relaxation {
      case .quality(let needed, let has): "Degraded: no model of quality \(needed.rawValue) can answer now; \(name) is \(has.rawValue)."
      case .task(let task): "Degraded: no model that is listed for \(task.rawValue) can answer now."
      }
    }
    if let better = selection.passedOver, let rejection = selection.rejected.first(where: { $0.model == better }) {
      reasons.append("In place of a better one: \(sentence(for: rejection, request: request))")
    }
    let speed = chosen.isLatencyMeasured ? "measured" : "assumed from its speed class"
    reasons.append(
      "\(name) scores \(Self.rounded(chosen.score)) of \(selection.ranked.count) model(s) that can answer: quality "
        + "\(Self.rounded(chosen.terms.quality)), \(Self.dollars(chosen.estimatedCostUSD)) (estimated), "
        + "\(Self.rounded(chosen.expectedSeconds)) s (\(speed)).")
    if selection.ranked.count > 1 { reasons.append(comparison(chosen, selection.ranked[1])) }
    return reasons
  }

  private func comparison(_ first: RankedModel, _ second: RankedModel) -> String {
    let names = (catalog.models[first.model].name, catalog.models[second.model].name)
    guard first.score >= second.score else {
      return "\(names.1) has \(Self.rounded(second.score)); \(names.0) was picked by chance, to learn what it is worth."
    }
    let parts: [(String, Double, Double)] = [
      ("quality", first.terms.quality, second.terms.quality), ("latency", first.terms.latency, second.terms.latency),
      ("cost", first.terms.cost, second.terms.cost), ("headroom", first.terms.headroom, second.terms.headroom),
    ]
    let better = parts.filter { $0.1 > $0.2 }.map(\.0)
    let worse = parts.filter { $0.1 < $0.2 }.map(\.0)
    guard !better.isEmpty || !worse.isEmpty else { return "\(names.1) is as good; the order of names decides." }
    let gains = better.isEmpty ? "a rule prefers it" : "it is better in \(better.joined(separator: ", "))"
    return "Next is \(names.1) with \(Self.rounded(second.score)): \(names.0) is ahead because \(gains)"
      + (worse.isEmpty ? "." : ", though worse in \(worse.joined(separator: ", ")).")
  }

  /// Three decimals at most.
  static func rounded(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return Int64(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
  }

  static func gigabytes(_ bytes: Int64) -> String { "\(rounded(Double(bytes) / 1e9)) GB" }

  /// Six decimals: a request costs parts of a cent.
  static func dollars(_ value: Double) -> String {
    let micros = (value * 1e6).rounded()
    guard abs(micros) < 1e15 else { return "$\(value)" }
    let whole = Int64(abs(micros)) / 1_000_000
    let fraction = String(1_000_000 + Int64(abs(micros)) % 1_000_000).dropFirst()
    let digits = fraction.count - fraction.reversed().prefix { $0 == "0" }.count
    return "\(micros < 0 ? "-" : "")$\(whole)" + (digits == 0 ? "" : ".\(fraction.prefix(max(2, digits)))")
  }
}
