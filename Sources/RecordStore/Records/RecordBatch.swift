/// Records that are written together: all of them, or none.
package struct RecordBatch: Sendable, Hashable {
  package var requests: [OrchestratorRequest] = []
  package var resources: [SystemResource] = []
  package var states: [ModelState] = []

  package init(requests: [OrchestratorRequest] = [], resources: [SystemResource] = [], states: [ModelState] = []) {
    self.requests = requests
    self.resources = resources
    self.states = states
  }

  package var count: Int { requests.count + resources.count + states.count }
  package var isEmpty: Bool { count == 0 }

  package init(_ records: some Sequence<Record>) {
    for record in records {
      switch record {
      case .request(let request): requests.append(request)
      case .resource(let resource): resources.append(resource)
      case .state(let state): states.append(state)
      }
    }
  }

  /// The latest state of each model, in the order of names: what a store has to write.
  var latestStates: [ModelState] {
    var latest: [String: ModelState] = [:]
    for state in states where latest[state.modelName].map({ $0.at <= state.at }) ?? true { latest[state.modelName] = state }
    return latest.values.sorted { $0.modelName < $1.modelName }
  }
}
