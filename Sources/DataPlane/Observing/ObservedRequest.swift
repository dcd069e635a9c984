/// What is kept of the request under way for its log line and its spans; empty when nobody wants them.
struct ObservedRequest {
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
}
