import Fleet

/// What `/metrics` shows of the fleet; nothing without one.
enum FleetMetrics {
  static func write(_ snapshot: FleetSnapshot?, namespace: String, to page: inout MetricsText) {
    guard let snapshot else { return }
    let own = [("namespace", namespace)]
    page.family("qos_fleet_members", .gauge, "Proxies that share the backends, this one included.")
    page.sample("qos_fleet_members", own, snapshot.peers.count + 1)
    page.family("qos_fleet_suspected", .gauge, "Proxies of which nothing has been heard for some heartbeats.")
    page.sample("qos_fleet_suspected", own, snapshot.suspected.count)
    page.family("qos_fleet_part", .gauge, "Slots of a backend that are this proxy's.")
    for backend in snapshot.backends {
      page.sample("qos_fleet_part", own + [("model", backend.pool), ("backend", backend.backend)], backend.part)
    }
    page.family("qos_fleet_elsewhere", .gauge, "Slots of a backend in use by other proxies, as they last said.")
    for backend in snapshot.backends {
      page.sample("qos_fleet_elsewhere", own + [("model", backend.pool), ("backend", backend.backend)], backend.elsewhere)
    }
    page.family("qos_fleet_heartbeats_missed_total", .counter, "Heartbeats of other proxies that should have come and did not.")
    page.sample("qos_fleet_heartbeats_missed_total", own, snapshot.counters.missed)
    page.family("qos_fleet_datagrams_total", .counter, "Datagrams to and from other proxies.")
    page.sample("qos_fleet_datagrams_total", own + [("direction", "sent")], snapshot.counters.sent)
    page.sample("qos_fleet_datagrams_total", own + [("direction", "received")], snapshot.counters.received)
    page.family("qos_fleet_datagrams_ignored_total", .counter, "Datagrams that were not heeded.")
    for (problem, label) in [
      (FleetMessage.Malformed.notOurs, "not_ours"), (.notAuthentic, "not_authentic"), (.notUnderstood, "not_understood"),
    ] {
      page.sample("qos_fleet_datagrams_ignored_total", own + [("reason", label)], snapshot.counters.malformed[problem] ?? 0)
    }
    page.sample("qos_fleet_datagrams_ignored_total", own + [("reason", "stale")], snapshot.counters.stale)
  }
}
