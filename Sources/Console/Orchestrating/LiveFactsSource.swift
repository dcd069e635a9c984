import Routing

/// Who knows how the backends and this host are at the moment. Asked anew for each request, and never waited for: what is not known yet
/// is left out.
package protocol LiveFactsSource: Sendable {
  /// In the order of the catalogue's backends.
  func facts(of catalog: ModelCatalog) -> LiveFacts
}

/// Nobody measures anything: every backend may be asked, and nothing is said of the host.
package struct UnmeasuredFacts: LiveFactsSource {
  package init() {}

  package func facts(of catalog: ModelCatalog) -> LiveFacts { LiveFacts() }
}
