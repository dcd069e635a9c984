import ControllerRuntime

extension RuntimeMetrics {
  /// Series that count failures begin at 0 before the first one, so that it is seen as a rise; a follower shows that it does not lead.
  func declare(_ stores: StoreSet) {
    set("leading", to: 0)
    for action in ["apply", "applyStatus", "delete"] {
      add("actions_total", ["action": action], by: 0)
      add("action_errors_total", ["action": action], by: 0)
    }
    for action in ["apply", "applyStatus"] { add("actions_skipped_total", ["action": action], by: 0) }
    for store in stores.all {
      for name in ["watch_starts_total", "watch_failures_total"] { add(name, ["resource": store.type.description], by: 0) }
    }
  }
}
