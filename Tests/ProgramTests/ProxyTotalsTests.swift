import DataPlane
import JSON
import Reconciliation
import Testing

@testable import podium

/// What several proxies say, made one.
@Suite struct `The figures of several proxies` {
  /// - Parameter milliseconds: of the answers so far.
  private func proxy(
    _ instance: String, served: Int, waiting: Int = 0, milliseconds: [Int] = [], breaker: String = "closed",
    backends: [String] = ["a", "b"]
  ) throws -> ProxyFigures {
    let bounds = Histogram.bounds.map { Int($0 * 1e9) }
    let counts = (0...bounds.count).map { index in
      milliseconds.count { value in
        let nanoseconds = value * 1_000_000
        return (index == 0 || nanoseconds > bounds[index - 1]) && (index == bounds.count || nanoseconds <= bounds[index])
      }
    }
    let histogram: JSONValue = [
      "bounds": .array(bounds.map { JSONValue($0) }), "counts": .array(counts.map { JSONValue($0) }),
      "sum": JSONValue(milliseconds.reduce(0, +) * 1_000_000),
    ]
    let page: JSONValue = [
      "instance": .string(instance), "revision": "1",
      "pools": [
        [
          "name": "m",
          "backends": .array(backends.map { ["id": .string($0), "breakers": [.string(breaker)]] }),
          "tiers": [
            [
              "name": "gold", "waiting": JSONValue(waiting), "inUse": 1, "served": JSONValue(served), "withinObjective": JSONValue(served),
              "revenueUSD": .double(Double(served)), "endToEnd": histogram,
            ]
          ],
        ]
      ],
    ]
    return try #require(ProxyFigures(json: page))
  }

  @Test func `add up, percentiles come from the histograms of all, and servers are counted once`() throws {
    var totals = ProxyTotals()
    var history = FigureHistory()
    _ = history.figures(totals.add([try proxy("x", served: 0), try proxy("y", served: 0)]))
    let figures = history.figures(
      totals.add([
        try proxy("x", served: 90, waiting: 2, milliseconds: Array(repeating: 50, count: 90)),
        try proxy("y", served: 10, waiting: 3, milliseconds: Array(repeating: 300, count: 10), breaker: "open", backends: ["b", "c"]),
      ]))
    let pool = try #require(figures["m"])
    #expect(pool.backends == 3 && pool.tiers[0].waiting == 5 && pool.tiers[0].inUse == 2 && pool.tiers[0].breaker == .open)
    let minute = try #require(pool.tiers[0].lastMinute)
    #expect(minute.requests == 100 && minute.withinObjective == 100 && minute.revenueUSD == 100)
    // Of all answers a tenth took 200 to 300 ms: the 95th of a hundred lies in the middle. The mean of both percentiles would be 172.
    #expect(minute.e2eP95 == 250, "\(minute)")
  }

  @Test func `say nothing of servers that came later`() throws {
    var totals = ProxyTotals()
    var history = FigureHistory()
    func requests(_ served: Int, _ servers: String...) throws -> Int? {
      history.figures(totals.add([try proxy("x", served: served, backends: servers)]))["m"]?.tiers[0].lastMinute?.requests
    }
    _ = try requests(0, "a")
    #expect(try requests(100, "a") == 100)
    #expect(try requests(120, "a", "b") == 120)
    #expect(try requests(130, "b") == 10, "since b came; a is gone")
    #expect(try requests(135, "c") == 0)
    #expect(try requests(142, "c") == 7)
  }

  @Test func `never fall when a proxy ends, and what was counted before it was first seen is left out`() throws {
    var totals = ProxyTotals()
    func served(_ proxies: ProxyFigures...) -> UInt64 { totals.add(proxies)[0].tiers[0].counts.served }
    #expect(served(try proxy("old", served: 1000)) == 0)
    #expect(served(try proxy("old", served: 1010), try proxy("young", served: 5)) == 10)
    #expect(served(try proxy("young", served: 25)) == 30)
    // The process was started again at the same address: another instance, from 0.
    #expect(served(try proxy("younger", served: 1)) == 30)
    #expect(served(try proxy("younger", served: 4)) == 33)
    // An answer that was overtaken.
    #expect(served(try proxy("younger", served: 2)) == 33)
    #expect(served(try proxy("younger", served: 5), try proxy("young", served: 26)) == 35)
  }
}
