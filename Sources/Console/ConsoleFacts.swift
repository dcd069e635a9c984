import KnowledgeBase
import Planning

/// Where the facts of plans come from, as the resources see it: asked anew for each request, never waited for.
package struct ConsoleFacts: Sendable {
  package var snapshot: @Sendable () -> KnowledgeSnapshot

  package init(snapshot: @escaping @Sendable () -> KnowledgeSnapshot) { self.snapshot = snapshot }

  /// The last good facts of a source.
  package init(_ source: KnowledgeSource) { snapshot = { source.current } }

  func knowledge() -> Knowledge { snapshot().knowledge }
}
