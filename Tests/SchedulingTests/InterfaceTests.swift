import Scheduling
import Testing

@Suite struct InterfaceTests {
  @Test func `a report is made sane on arrival`() {
    let report = BackendReport(running: -1, waiting: -2, kvCacheUsage: .nan)
    #expect(report == BackendReport(running: 0, waiting: 0))
    #expect(BackendReport(running: 1, waiting: 0, kvCacheUsage: 7).kvCacheUsage == 1)
  }
}
