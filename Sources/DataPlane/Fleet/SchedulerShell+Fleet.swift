import Fleet
import Scheduling

extension SchedulerShell {
  /// Puts this proxy's parts of the pool's backends in force.
  func setParts(_ parts: PoolParts, now: MonotonicTime) -> Wakeups {
    change(now) { scheduler in
      scheduler.setProspect(parts.prospect)
      scheduler.setTotal(parts.total)
      for backend in scheduler.demand(now: now).backends {
        guard let shared = parts.backends else {
          scheduler.setPart(nil, ofBackend: backend.index, now: now)
          continue
        }
        // A backend that is new is divided with the next step.
        let part = shared[FleetName.hash(backend.id)] ?? PoolParts.Part(slots: 0, elsewhere: 0, followed: nil)
        scheduler.setPart(
          BackendPart(slots: part.slots, elsewhere: part.elsewhere, followed: part.followed), ofBackend: backend.index, now: now)
      }
    }
  }
}
