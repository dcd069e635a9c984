import Kubernetes
import Testing

@Suite("Points of time")
struct RFC3339Tests {
  @Test("are read as they are written", arguments: [0, 1_763_720_400, 951_782_399, 951_782_400, 4_102_444_799, -1])
  func roundTrip(seconds: Int) {
    #expect(RFC3339.seconds(RFC3339.text(seconds: seconds)) == seconds)
    #expect(RFC3339.seconds(RFC3339.text(seconds: seconds, microseconds: 17)) == seconds)
  }

  @Test(
    "are refused when they are none", arguments: ["", "2026-11-21", "2026-11-21 10:00:00Z", "2026-13-21T10:00:00Z", "2026-11-21T10:00:00"])
  func refused(text: String) { #expect(RFC3339.seconds(text) == nil) }
}
