import JSON
import Planning

/// Prices from a JSON object by accelerator, in USD for a GPU and hour: a number is the list price, an object the prices of providers.
///
///     {"H100": 4.5, "A100-80": {"aws": {"onDemand": 4.1, "spot": 1.6}, "gcp": 3.67}}
package struct PriceList: Sendable, Hashable {
  package private(set) var listed: [String: Double] = [:]
  /// By accelerator and provider.
  package private(set) var offers: [String: [String: ProviderPrice]] = [:]

  package init(parsing bytes: [UInt8], name: String) throws(ImportError) {
    guard let object = (try? JSONValue(parsing: bytes))?.object, object.contains(where: { $0.value.object != nil }) else {
      listed = try PriceFile.parse(bytes, name: name)
      return
    }
    for member in object {
      guard let providers = member.value.object else {
        listed[member.key] = try Self.price(member.value, member.key, name)
        continue
      }
      for provider in providers {
        offers[member.key, default: [:]][provider.key.lowercased()] = try Self.offer(
          provider.value, "\(member.key).\(provider.key)", name)
      }
    }
  }

  private static func offer(_ value: JSONValue, _ path: String, _ name: String) throws(ImportError) -> ProviderPrice {
    guard let markets = value.object else { return ProviderPrice(onDemandUSD: try price(value, path, name)) }
    var offer = ProviderPrice()
    for market in markets {
      let price = try price(market.value, "\(path).\(market.key)", name)
      switch CloudRental.Market(rawValue: market.key) {
      case .onDemand: offer.onDemandUSD = price
      case .spot: offer.spotUSD = price
      case nil: throw ImportError(file: name, reason: "\(path): \"\(market.key)\" is no market; write onDemand or spot")
      }
    }
    return offer
  }

  private static func price(_ value: JSONValue, _ path: String, _ name: String) throws(ImportError) -> Double {
    guard let price = value.double, price > 0, price <= PriceFile.limit else {
      throw ImportError(
        file: name, reason: "\(path): \(value.text()) is not a price; write USD per hour, above 0 and up to 100,000")
    }
    return price
  }

  /// Accelerators with a price here that `knowledge` does not have, each with the name that was probably meant.
  package func unknownNames(in knowledge: Knowledge) -> [(name: String, nearest: String?)] {
    var unknown: [(name: String, nearest: String?)] = []
    for name in Set(listed.keys).union(offers.keys).sorted() {
      do throws(PlanProblem) {
        _ = try knowledge.accelerator(named: name)
      } catch {
        if case .unknownName(_, _, let nearest) = error { unknown.append((name, nearest.first)) }
      }
    }
    return unknown
  }

  /// The same knowledge with these prices in place of its own, provider by provider.
  package func applied(to knowledge: Knowledge) -> Knowledge {
    knowledge.with(prices: listed).with(offers: offers)
  }
}
