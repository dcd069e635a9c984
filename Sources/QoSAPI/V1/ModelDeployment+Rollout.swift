import JSON

extension ModelDeployment {
  /// How a change reaches users. (A/B tests are read where names become routes.)
  package struct Rollout: Sendable, Hashable {
    package var canary: Canary?
    /// A name of `status.revisions`, whose plan is to run instead of a new one.
    package var rollbackTo: String?

    package init() {}
  }

  /// Another model, or an earlier plan, that gets a growing part of the requests while it proves itself.
  package struct Canary: Sendable, Hashable {
    package enum Target: Sendable, Hashable, CustomStringConvertible {
      case model(String)
      case revision(String)

      package var description: String {
        switch self {
        case .model(let name): "model \(name)"
        case .revision(let name): "revision \(name)"
        }
      }
    }

    package enum Promotion: String, Sendable, CaseIterable { case manual, automatic }

    package var target: Target
    /// In per cent, rising; the last is `trafficPercent`. Empty when that is 0: the canary gets nothing.
    package var steps: [Int]
    /// The least time at each step, in seconds.
    package var stepSeconds: Int
    /// Answered requests in the last minute below which nothing is judged.
    package var minRequests: Int
    /// Of its requests, the most that may fail.
    package var maxErrorPercent: Double
    package var promotion: Promotion
  }
}

extension ModelDeployment.Rollout {
  init?(_ reader: inout FieldReader) {
    canary = reader.object("canary", ModelDeployment.Canary.init)
    rollbackTo = reader.string("rollbackTo")
  }
}

extension ModelDeployment.Canary {
  init?(_ reader: inout FieldReader) {
    let (model, revision) = (reader.string("model"), reader.string("revision"))
    let most = reader.int("trafficPercent", 0...100)
    if !reader.has("trafficPercent") {
      reader.report("trafficPercent", "is missing; write the most traffic that it gets, 0 to 100 per cent")
    }
    let listed = (reader.json["steps"]?.array ?? []).compactMap(\.int)
    if listed.count != (reader.json["steps"]?.array ?? []).count || listed != Set(listed).sorted()
      || listed.contains(where: { $0 < 1 || $0 > 100 })
    {
      reader.report("steps", "are not possible; write whole numbers from 1 to 100 that rise, such as [5, 25, 50]")
    }
    stepSeconds = reader.int("stepSeconds", 10...86_400) ?? 300
    minRequests = reader.int("minRequests", 1...1_000_000) ?? 20
    maxErrorPercent = reader.number("maxErrorPercent", 0...100) ?? 5
    promotion = reader.choice("promotion", Promotion.self) ?? .manual
    steps = most.map { most in most == 0 ? [] : listed.filter { $0 < most } + [most] } ?? []
    guard (model == nil) != (revision == nil) else {
      reader.report("model", "a canary is exactly one of model (another model) and revision (an earlier plan)")
      return nil
    }
    target = model.map { .model($0) } ?? .revision(revision ?? "")
  }
}
