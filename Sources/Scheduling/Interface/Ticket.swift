/// The handle of one request that waits for, or holds, a slot.
///
/// The generation makes a handle that outlived its request harmless: a stale ticket is ignored, never a trap.
package struct Ticket: Hashable, Sendable {
  package var index: UInt32
  package var generation: UInt32

  package init(index: UInt32, generation: UInt32) {
    self.index = index
    self.generation = generation
  }
}
