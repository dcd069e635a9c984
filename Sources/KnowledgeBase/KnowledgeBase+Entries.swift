import JSON
import Planning

extension UseCase {
  init?(json: JSONValue) {
    guard let name = json["name"]?.string, let summary = json["summary"]?.string, let prompt = json["promptTokens"]?.int,
      let output = json["outputTokens"]?.int, let ttft = json["ttftP95"]?.double, let itl = json["itlP95"]?.double,
      let e2e = json["e2eP95"]?.double, let experience = json["experienceClass"]?.string, let active = json["activeFraction"]?.double,
      let requests = json["requestsPerActiveUserPerMinute"]?.double, let peak = json["peakMultiplier"]?.double
    else { return nil }
    let latencies = [ttft, itl, e2e].allSatisfy { $0 > 0 && $0 <= 86_400_000 }
    guard latencies, (1...10_000_000).contains(prompt), (1...10_000_000).contains(output), active > 0, active <= 1, requests > 0,
      requests <= 1e6, (1...1000).contains(peak)
    else { return nil }
    self.init(
      name: name, summary: summary, profile: TrafficProfile(promptTokens: prompt, outputTokens: output),
      serviceLevel: ServiceLevel(ttft: ttft, itl: itl, e2e: e2e), experienceClass: experience, activeFraction: active,
      requestsPerActiveUserPerMinute: requests, peakMultiplier: peak)
  }
}

extension Accelerator {
  init?(json: JSONValue, sources: [String: String]) {
    guard let name = json["name"]?.string, let aliases = json["aliases"]?.strings, let label = json["nodeLabel"]?.string,
      let memory = json["memoryGB"]?.int, memory >= 0, let source = json["source"]?.string
    else { return nil }
    let price = json["pricePerHourUSD"]
    guard price == nil || price?.isNull == true || price?.double.map({ $0 > 0 && $0 <= PriceFile.limit }) == true else { return nil }
    let offers = json["providerPricesUSD"]?.object ?? [:]
    guard offers.allSatisfy({ $0.value.double.map { $0 > 0 && $0 <= PriceFile.limit } == true }) else { return nil }
    let watts = json["powerWatts"]
    guard watts == nil || watts?.double.map({ $0 > 0 && $0 <= 100_000 }) == true else { return nil }
    if let day = json["pricedOn"], day.string.flatMap({ CalendarDay($0) }) == nil { return nil }
    self.init(
      name: name, aliases: aliases, nodeLabel: label, memoryGB: memory, pricePerHourUSD: price?.double,
      source: sources[source] ?? source, pricedOn: json["pricedOn"]?.string, providerPrices: Self.providerPrices(offers),
      powerWatts: watts?.double)
  }

  /// An object {provider: USD per hour on demand}.
  private static func providerPrices(_ offers: JSONObject) -> [String: ProviderPrice] {
    var prices: [String: ProviderPrice] = [:]
    for member in offers { prices[member.key.lowercased()] = ProviderPrice(onDemandUSD: member.value.double) }
    return prices
  }
}

extension ModelEntry {
  init?(json: JSONValue) {
    guard let id = json["id"]?.string, let aliases = json["aliases"]?.strings, let billions = json["parametersBillions"]?.double,
      let context = json["contextLength"]?.int, let memory = json["minimumMemoryGB"]?.int, let uses = json["recommendedFor"]?.strings
    else { return nil }
    guard billions > 0, billions <= 1e6, context > 0, memory >= 0 else { return nil }
    self.init(
      id: id, aliases: aliases, parametersBillions: billions, contextLength: context, minimumMemoryGB: memory, recommendedFor: uses)
  }
}
