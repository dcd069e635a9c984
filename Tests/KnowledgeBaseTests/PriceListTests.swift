import KnowledgeBase
import Planning
import Testing

@Suite struct PriceListTests {
  private func list(_ text: String) throws -> PriceList { try PriceList(parsing: Array(text.utf8), name: "prices.json") }

  @Test func `Numbers are list prices, objects are providers' with their markets`() throws {
    let prices = try list(#"{"H100": 4.5, "NVIDIA-L4": {"AWS": {"onDemand": 0.8, "spot": 0.3}, "gcp": 0.7}}"#)
    #expect(prices.listed == ["H100": 4.5])
    #expect(prices.offers == ["NVIDIA-L4": ["aws": .init(onDemandUSD: 0.8, spotUSD: 0.3), "gcp": .init(onDemandUSD: 0.7)]])
    let knowledge = prices.applied(to: try KnowledgeBase.shared.get())
    #expect(try knowledge.accelerator(named: "H100").pricePerHourUSD == 4.5)
    let known = try knowledge.accelerator(named: "L4")
    #expect(known.providerPrices["aws"]?.spotUSD == 0.3 && known.providerPrices["gcp"]?.onDemandUSD == 0.7)
    #expect(known.providerPrices["azure"]?.onDemandUSD == 0.85, "what is not written stays")
  }

  @Test func `A list of numbers alone is what it always was`() throws {
    #expect(try list(#"{"H100": 4.5, "X": 1}"#).listed == ["H100": 4.5, "X": 1])
  }

  @Test(arguments: [
    (#"{"H100": -1}"#, "H100: -1 is not a price"), (#"{"H100": {"aws": 0}}"#, "H100.aws: 0 is not a price"),
    (#"{"H100": {"aws": {"sport": 1}}}"#, "H100.aws: \"sport\" is no market; write onDemand or spot"), ("[1]", "expected an object"),
    (#"{"H100": {"aws": {"spot": "cheap"}}}"#, "H100.aws.spot: \"cheap\" is not a price"),
  ])
  func `What is no price is refused with its place`(text: String, message: String) {
    let error = #expect(throws: ImportError.self) { try list(text) }
    #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func `The shipped accelerators have providers and their power draw`() throws {
    let knowledge = try KnowledgeBase.shared.get()
    #expect(knowledge.providers == ["aws", "azure", "gcp"])
    let a100 = try knowledge.accelerator(named: "A100-80")
    #expect(a100.providerPrices["aws"]?.onDemandUSD == 4.1 && a100.powerWatts == 400)
    for accelerator in knowledge.accelerators {
      #expect(accelerator.providerPrices.values.allSatisfy { $0.spotUSD == nil }, "no spot price is shipped: they change by the hour")
    }
  }
}
