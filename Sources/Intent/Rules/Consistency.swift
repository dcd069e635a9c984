import Planning

/// What was read may contradict itself: the pair is named, and the narrower reading stays.
enum Consistency {
  static func check(_ understanding: inout Understanding, _ knowledge: Knowledge) {
    accelerators(&understanding, knowledge)
    models(&understanding)
    budget(&understanding)
    traffic(&understanding)
  }

  private static func accelerators(_ understanding: inout Understanding, _ knowledge: Knowledge) {
    guard let refused = understanding.names(.excludedGPUTypes) else { return }
    guard var wanted = understanding[.gpuTypes], let names = wanted.names else { return }
    let both = names.filter(refused.contains)
    guard !both.isEmpty else { return }
    let left = names.filter { !refused.contains($0) }
    understanding.note("\(both.joined(separator: ", ")) is both wanted and refused; it was left out. Say it once.")
    if left.isEmpty {
      understanding.remove(.gpuTypes)
    } else {
      wanted.value = .names(left)
      understanding.set(wanted)
    }
  }

  private static func models(_ understanding: inout Understanding) {
    guard let wanted = understanding.text(.model)?.lowercased(), var refused = understanding[.excludedModels], let names = refused.names
    else { return }
    let left = names.filter { !wanted.contains($0.lowercased()) }
    guard left.count < names.count, let words = understanding[.model]?.words else { return }
    understanding.note("\"\(words)\" is asked for, so \"\(refused.words)\" does not exclude it.")
    refused.value = .names(left)
    if left.isEmpty { understanding.remove(.excludedModels) } else { understanding.set(refused) }
  }

  private static func budget(_ understanding: inout Understanding) {
    guard understanding.text(.budgetPolicy) == "none", let policy = understanding[.budgetPolicy] else { return }
    for field in [Field.maxMonthlyUSD, .maxHourlyUSD] {
      guard let limit = understanding[field] else { continue }
      understanding.note("\"\(policy.words)\" and \"\(limit.words)\" contradict each other; the limit stays.")
      understanding.remove(.budgetPolicy)
    }
  }

  private static func traffic(_ understanding: inout Understanding) {
    if let expected = understanding[.expectedQPS], let users = understanding[.users], expected.note?.contains("together") != true {
      understanding.note("\"\(expected.words)\" says how many requests come, so \"\(users.words)\" was not needed.")
    }
    guard let peak = understanding[.peakQPS], let expected = understanding[.expectedQPS], let high = peak.number, let low = expected.number,
      high < low
    else { return }
    understanding.note("\"\(peak.words)\" is below \"\(expected.words)\"; the peak was not used.")
    understanding.remove(.peakQPS)
  }
}
