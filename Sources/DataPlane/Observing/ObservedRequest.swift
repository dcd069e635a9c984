/// What is kept of the request under way for its log line and its spans: only where somebody wants them.
///
/// Used again by later requests of its event loop; a connection between two requests has none.
final class ObservedRequest {
  var text = RequestText()
  /// The trace that the request belongs to, ours or the caller's.
  var trace: TraceParent?
  /// Instead of the caller's `traceparent`, which goes on as it is without this.
  var outgoing: TraceParent?
  var passesState = true
  /// The pool that was asked last, and what its servers call the model.
  var hop: ModelTarget.Hop?
  /// Only of a request that is traced.
  var spans: RequestTrace?

  /// Forgets the request, and keeps the memory of its words, if nobody else has it now.
  func reset() {
    if spans == nil { text.reset() } else { text = RequestText() }
    trace = nil
    outgoing = nil
    passesState = true
    hop = nil
    spans = nil
  }
}
