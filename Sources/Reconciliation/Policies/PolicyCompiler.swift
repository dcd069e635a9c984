import Kubernetes
import Manifests
import QoSAPI
import Scheduling

/// CRD words → scheduling words: everything that the data plane of a namespace enforces.
///
///     ModelDeployments ─▶ pools      EndpointSlices ─▶ their backends      QoSPolicies ─▶ who goes first in each
///     Secrets, settings, AuthPolicies ─▶ classification
///
/// One pass over the objects of the namespace: O(n log n) in their number.
package enum PolicyCompiler {
  /// - Parameter previous: what was compiled last; a QoSPolicy that can no longer be read keeps what it said there.
  package static func compile(
    namespace: String, snapshot: Snapshot, settings: OperatorSettings, previous: CompiledPolicy? = nil
  ) -> CompiledPolicy {
    let assignment = PolicyAssignment(namespace: namespace, snapshot: snapshot)
    var compiled = CompiledPolicy(traffic: TrafficPolicy(revision: "", classification: Classification(sources: []), pools: []))
    compiled.take(assignment, previous: previous)
    let names = ModelNames(snapshot.objects(of: .modelDeployment, in: namespace))
    let backends = BackendIndex(namespace: namespace, snapshot: snapshot)
    for deployment in names.deployments {
      let platform = ServingPlatform(statedBy: deployment.object)
      let scheduling = compiled.scheduling(for: deployment.name, assignment)
      let members = backends.members(
        of: platform.service(deployment.name), known: previous?.knownBackends[deployment.name] ?? [])
      compiled.take(members, of: deployment.name)
      compiled.traffic.pools.append(
        PoolPolicy(
          name: deployment.name, models: names.models(of: deployment), servedModel: deployment.name,
          backends: members.backends, scheduling: scheduling,
          fallbacks: names.fallbacks(of: deployment, diagnostics: &compiled.diagnostics),
          forwardsPriority: PriorityScheduling.isOn(deployment.object), start: PlannedStart(deployment.object)))
      if let pool = CanaryState.pool(of: deployment, names) {
        let members = backends.members(of: platform.service(pool), known: previous?.knownBackends[pool] ?? [])
        compiled.take(members, of: pool)
        // Where its servers are gone the deployment's own answer.
        compiled.traffic.pools.append(
          PoolPolicy(
            name: pool, models: [pool], servedModel: pool, backends: members.backends, scheduling: scheduling,
            fallbacks: [deployment.name], forwardsPriority: PriorityScheduling.isOn(deployment.object), start: nil))
      }
    }
    compiled.traffic.models = ModelRouteCompiler(names: names).routes(diagnostics: &compiled.diagnostics)
    let tiers = Set(compiled.traffic.pools.flatMap { $0.scheduling.tiers.map(\.name) })
    var classifier = ClassificationCompiler(namespace: namespace, snapshot: snapshot, settings: settings, tiers: tiers)
    compiled.traffic.classification = classifier.classification(for: assignment)
    compiled.diagnostics += classifier.diagnostics
    compiled.traffic.revision = compiled.traffic.fingerprint(generations: compiled.policyGenerations)
    return compiled
  }
}

/// A ``TrafficPolicy`` and where it came from.
package struct CompiledPolicy: Sendable, Equatable {
  package var traffic: TrafficPolicy
  /// The generation of each QoSPolicy that is in it, by name.
  package var policyGenerations: [String: Int] = [:]
  /// What could not be used, each a sentence; for logs.
  package var diagnostics: [String] = []
  /// What each QoSPolicy means, by name.
  private(set) var schedulings: [String: SchedulingPolicy] = [:]
  /// By pool: the servers that were ready once and are still listed.
  fileprivate var knownBackends: [String: Set<Backend>] = [:]
  private var namespaceWide: String?
  /// The policies that point at a deployment themselves, by its name.
  private var specific: [String: String] = [:]

  init(traffic: TrafficPolicy) { self.traffic = traffic }

  fileprivate mutating func take(_ assignment: PolicyAssignment, previous: CompiledPolicy?) {
    for policy in assignment.policies {
      schedulings[policy.name] = SchedulingPolicy(policy)
      policyGenerations[policy.name] = policy.object.generation
    }
    namespaceWide = assignment.namespaceWide?.name
    // The last good version of a policy stays in force where no other one took its place.
    for (name, problems) in assignment.problems.sorted(by: { $0.key < $1.key }) {
      diagnostics.append("QoSPolicy \(name) is not used: \(problems)")
      guard let previous, let scheduling = previous.schedulings[name] else { continue }
      schedulings[name] = scheduling
      policyGenerations[name] = previous.policyGenerations[name]
      if namespaceWide == nil, previous.namespaceWide == name { namespaceWide = name }
      for (deployment, policy) in previous.specific where policy == name { specific[deployment] = name }
    }
  }

  fileprivate mutating func take(_ members: BackendIndex.Membership, of pool: String) {
    knownBackends[pool] = members.known
    guard members.kept > 0 else { return }
    diagnostics.append(
      "Pool \(pool): more than half of its \(members.known.count) servers stopped being ready; \(members.kept) of those keep serving.")
  }

  fileprivate mutating func scheduling(for deployment: String, _ assignment: PolicyAssignment) -> SchedulingPolicy {
    let assigned = assignment.policy(for: deployment)
    let name = assigned.flatMap { $0.isNamespaceWide ? nil : $0.name } ?? specific[deployment]
    specific[deployment] = name
    return (name ?? namespaceWide).flatMap { schedulings[$0] } ?? .standard
  }
}
