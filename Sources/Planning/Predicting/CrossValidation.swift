/// How far predictions are from rows they have not seen: the measure that any change of a model must pass.
package enum CrossValidation {
  /// Relative errors |predicted ÷ seen − 1| of rows that were left out.
  package struct Errors: Sendable, Hashable {
    /// Time per output token.
    package private(set) var itl: [Double] = []
    package private(set) var ttft: [Double] = []
    /// Requests per second of a row's load, by Little's law from its TTFT and time per output token.
    package private(set) var throughput: [Double] = []

    mutating func add(itl: Double, ttft: Double?, for seen: Observation) {
      self.itl.append((itl / seen.itl - 1).magnitude)
      guard let ttft, let seenTTFT = seen.ttft else { return }
      self.ttft.append((ttft / seenTTFT - 1).magnitude)
      let gaps = Double(seen.profile.outputTokens - 1)
      throughput.append(((seenTTFT + gaps * seen.itl) / (ttft + gaps * itl) - 1).magnitude)
    }

    package static func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    package static func median(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      guard let last = sorted.last else { return 0 }
      let half = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + (half < sorted.count ? sorted[half] : last)) / 2
    }
  }

  /// What is left out at a time.
  package enum Fold: String, Sendable, CaseIterable {
    /// All rows of one load and length, from the fit of their model, GPU and number of GPUs.
    case point
    /// All rows of one pair of lengths, likewise.
    case lengths
    /// All rows of one number of GPUs, from those of fewer and of more.
    case parallelism
    /// All rows of a model on a kind of GPU: what remains is a roofline with the efficiency of the others.
    case pair
  }

  /// Leaves out each part of the measured rows in turn.
  package static func errors(leavingOut fold: Fold, of knowledge: Knowledge) -> Errors {
    let groups = groups(of: .measured, in: knowledge)
    switch fold {
    case .point: return fits(groups) { $0.profile == $1.profile && $0.batch == $1.batch }
    case .lengths: return fits(groups) { $0.profile == $1.profile }
    case .parallelism: return between(groups)
    case .pair: return rooflines(groups, knowledge)
    }
  }

  /// The errors of ``Fold/pair`` for each pair, in the order of the rows.
  package static func errorsByPair(of knowledge: Knowledge) -> [(model: String, accelerator: String, errors: Errors)] {
    let groups = groups(of: .measured, in: knowledge)
    var done: Set<[Int]> = []
    return groups.map { [$0.model, $0.accelerator] }.filter { done.insert($0).inserted }.map { pair in
      (knowledge.models[pair[0]].id, knowledge.accelerators[pair[1]].name, rooflines(groups, knowledge, only: pair))
    }
  }

  /// How far a table that is not measured is from the measured rows of the same model, GPUs, lengths and load: its loads are taken as
  /// they are, or interpolated between two of them.
  package static func errors(ofRows kind: Benchmark.Kind, in knowledge: Knowledge) -> Errors {
    var errors = Errors()
    let tables = groups(of: kind, in: knowledge)
    for group in groups(of: .measured, in: knowledge) {
      for table in tables where table.describesSame(as: group, in: knowledge) {
        for seen in group.observations {
          let same = table.observations.filter { $0.profile == seen.profile }.sorted { $0.batch < $1.batch }
          guard let above = same.first(where: { $0.batch >= seen.batch }), let below = same.last(where: { $0.batch <= seen.batch }) else {
            continue
          }
          let weight = above.batch > below.batch ? (seen.batch - below.batch) / (above.batch - below.batch) : 0
          let ttft = below.ttft.flatMap { low in above.ttft.map { low + weight * ($0 - low) } }
          errors.add(itl: below.itl + weight * (above.itl - below.itl), ttft: ttft, for: seen)
        }
      }
    }
    return errors
  }

  /// The efficiency of rooflines fitted to the measured rows of a knowledge.
  package static func efficiency(of knowledge: Knowledge) -> Efficiency {
    Efficiency.fitting(samples(groups(of: .measured, in: knowledge), knowledge))
  }
}

// MARK: Folds

extension CrossValidation {
  private static func fits(_ groups: [Group], together: (Observation, Observation) -> Bool) -> Errors {
    var errors = Errors()
    for group in groups {
      var done: [Observation] = []
      for left in group.observations where !done.contains(where: { together($0, left) }) {
        done.append(left)
        let (out, rest) = (group.observations.filter { together($0, left) }, group.observations.filter { !together($0, left) })
        guard let fit = LatencyModel(fitting: rest) else { continue }
        for seen in out { add(fit, seen, to: &errors) }
      }
    }
    return errors
  }

  private static func between(_ groups: [Group]) -> Errors {
    var errors = Errors()
    for group in groups {
      let others = groups.filter { $0.model == group.model && $0.accelerator == group.accelerator && $0.precision == group.precision }
      guard let below = others.filter({ $0.gpus < group.gpus }).max(by: { $0.gpus < $1.gpus }),
        let above = others.filter({ $0.gpus > group.gpus }).min(by: { $0.gpus < $1.gpus }),
        let low = LatencyModel(fitting: below.observations), let high = LatencyModel(fitting: above.observations)
      else { continue }
      let fit = low.mixed(with: high, weight: LatencyModel.weight(of: group.gpus, between: below.gpus, and: above.gpus))
      for seen in group.observations { add(fit, seen, to: &errors) }
    }
    return errors
  }

  private static func rooflines(_ groups: [Group], _ knowledge: Knowledge, only: [Int]? = nil) -> Errors {
    var errors = Errors()
    var done: Set<[Int]> = []
    for pair in groups.map({ [$0.model, $0.accelerator] }) where pair == only ?? pair && done.insert(pair).inserted {
      let efficiency = Efficiency.fitting(samples(groups.filter { [$0.model, $0.accelerator] != pair }, knowledge))
      for sample in samples(groups.filter { [$0.model, $0.accelerator] == pair }, knowledge) {
        add(sample.roofline.latency(efficiency), sample.observation, to: &errors)
      }
    }
    return errors
  }

  private static func add(_ latency: LatencyModel, _ seen: Observation, to errors: inout Errors) {
    let ttft = latency.prefill == nil ? nil : latency.prefill(batch: seen.batch, profile: seen.profile)
    errors.add(itl: latency.decodeStep(batch: seen.batch, profile: seen.profile), ttft: ttft, for: seen)
  }
}

// MARK: Rows

extension CrossValidation {
  private struct Group {
    let model: Int
    let accelerator: Int
    let gpus: Int
    let precision: String?
    var observations: [Observation] = []

    /// The same architecture, precision and GPUs: then the same times are to be expected.
    func describesSame(as other: Group, in knowledge: Knowledge) -> Bool {
      guard accelerator == other.accelerator, gpus == other.gpus, let mine = knowledge.predicting.architectures[model],
        mine.name == knowledge.predicting.architectures[other.model]?.name
      else { return false }
      return WeightPrecision(named: precision, modelID: knowledge.models[model].id)
        == WeightPrecision(named: other.precision, modelID: knowledge.models[other.model].id)
    }
  }

  private static func groups(of kind: Benchmark.Kind, in knowledge: Knowledge) -> [Group] {
    var groups: [Group] = []
    for row in knowledge.benchmarks where row.kind == kind {
      guard let observation = Observation(row), let model = try? knowledge.modelIndex(named: row.model),
        let accelerator = try? knowledge.acceleratorIndex(named: row.accelerator)
      else { continue }
      let place = groups.firstIndex {
        $0.model == model && $0.accelerator == accelerator && $0.gpus == row.gpus && $0.precision == row.precision
      }
      if let place {
        groups[place].observations.append(observation)
      } else {
        groups.append(
          Group(model: model, accelerator: accelerator, gpus: row.gpus, precision: row.precision, observations: [observation]))
      }
    }
    for place in groups.indices { groups[place].observations.sort(by: Observation.precedes) }
    return groups
  }

  private static func samples(_ groups: [Group], _ knowledge: Knowledge) -> [Efficiency.Sample] {
    groups.flatMap { group -> [Efficiency.Sample] in
      guard let architecture = knowledge.predicting.architectures[group.model],
        let figures = knowledge.predicting.figures[group.accelerator]
      else { return [] }
      let precision = WeightPrecision(named: group.precision, modelID: knowledge.models[group.model].id)
      let roofline = Roofline(architecture: architecture, precision: precision, figures: figures, gpus: group.gpus)
      return group.observations.map { Efficiency.Sample(roofline: roofline, observation: $0) }
    }
  }
}
