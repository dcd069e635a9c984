import Testing

@testable import podium

@Suite struct `The simulated servers of a model` {
  private func servers(current: [Bool] = [], former: [Bool] = []) -> [RollingUpdate.Server] {
    former.enumerated().map { .init(number: $0, isCurrent: false, isReady: $1) }
      + current.enumerated().map { .init(number: 10 + $0, isCurrent: true, isReady: $1) }
  }

  @Test func `are started when they are missing, and ended when they are too many, those that are not ready first`() {
    #expect(RollingUpdate.next([], wanted: 2) == .init(starts: 2))
    #expect(RollingUpdate.next(servers(current: [true, false]), wanted: 2) == .init())
    #expect(RollingUpdate.next(servers(current: [false, true, true]), wanted: 2) == .init(ends: [10]))
    #expect(RollingUpdate.next(servers(current: [true]), wanted: 0) == .init(ends: [10]))
  }

  @Test func `are replaced one by one as others become ready in their place`() {
    #expect(RollingUpdate.next(servers(former: [true, true]), wanted: 2) == .init(starts: 2))
    #expect(RollingUpdate.next(servers(current: [false, false], former: [true, true]), wanted: 2) == .init())
    #expect(RollingUpdate.next(servers(current: [true, false], former: [true, true]), wanted: 2) == .init(ends: [1]))
    #expect(RollingUpdate.next(servers(current: [true, true], former: [true]), wanted: 2) == .init(ends: [0]))
    #expect(RollingUpdate.next(servers(former: [false, true]), wanted: 1) == .init(starts: 1, ends: [0]), "who is not ready serves nobody")
  }
}
