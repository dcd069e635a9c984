/// A binary min-heap of tenants by charge that knows each tenant's place: insert, change and remove cost O(log n).
struct TenantHeap: Sendable {
  struct Node: Sendable {
    /// Tokens served, weighted.
    var charge: Int
    /// Breaks ties: first come, first served.
    var turn: UInt64
    var tenant: UInt32

    func precedes(_ other: Node) -> Bool { charge != other.charge ? charge < other.charge : turn < other.turn }
  }

  private var nodes = ContiguousArray<Node>()
  /// By tenant; -1 for one that is not in the heap.
  private var positions = ContiguousArray<Int32>()
  /// Comparisons made since the start: what O(log n) is shown with.
  private(set) var comparisons: UInt64 = 0

  var first: Node? { nodes.first }
  var count: Int { nodes.count }

  func contains(_ tenant: UInt32) -> Bool { tenant < positions.count && positions[Int(tenant)] >= 0 }

  /// Inserts the tenant, or moves it when it is in the heap already.
  mutating func set(_ tenant: UInt32, charge: Int, turn: UInt64) {
    while positions.count <= tenant { positions.append(-1) }
    let node = Node(charge: charge, turn: turn, tenant: tenant)
    if positions[Int(tenant)] < 0 {
      nodes.append(node)
      positions[Int(tenant)] = Int32(nodes.count - 1)
      rise(from: nodes.count - 1)
    } else {
      let place = Int(positions[Int(tenant)])
      nodes[place] = node
      rise(from: place)
      sink(from: Int(positions[Int(tenant)]))
    }
  }

  mutating func remove(_ tenant: UInt32) {
    guard contains(tenant) else { return }
    let place = Int(positions[Int(tenant)])
    positions[Int(tenant)] = -1
    let moved = nodes.removeLast()
    guard place < nodes.count else { return }
    nodes[place] = moved
    positions[Int(moved.tenant)] = Int32(place)
    rise(from: place)
    sink(from: Int(positions[Int(moved.tenant)]))
  }

  // A node moves through a hole: each level costs one move, not a swap.

  private mutating func rise(from start: Int) {
    var place = start
    let node = nodes[start]
    while place > 0 {
      let parent = (place - 1) / 2
      comparisons &+= 1
      guard node.precedes(nodes[parent]) else { break }
      put(nodes[parent], at: place)
      place = parent
    }
    if place != start { put(node, at: place) }
  }

  private mutating func sink(from start: Int) {
    var place = start
    let node = nodes[start]
    while true {
      var child = 2 * place + 1
      guard child < nodes.count else { break }
      if child + 1 < nodes.count {
        comparisons &+= 1
        if nodes[child + 1].precedes(nodes[child]) { child += 1 }
      }
      comparisons &+= 1
      guard nodes[child].precedes(node) else { break }
      put(nodes[child], at: place)
      place = child
    }
    if place != start { put(node, at: place) }
  }

  private mutating func put(_ node: Node, at place: Int) {
    nodes[place] = node
    positions[Int(node.tenant)] = Int32(place)
  }
}
