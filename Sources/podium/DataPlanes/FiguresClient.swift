import AsyncHTTPClient
import DataPlane
import JSON
import Logging
import NIOCore
import NIOPosix

/// Asks proxies for their figures, all at once, and does without those that do not answer.
struct FiguresClient: Sendable {
  /// A proxy answers in milliseconds; whoever waits for figures reports them every few seconds.
  private static let patience = TimeAmount.seconds(2)
  /// A thousand pools of five tiers have about 10 MB of histograms.
  private static let maximumBytes = 32 << 20

  private let client: HTTPClient

  init() {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = Self.patience
    client = HTTPClient(eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
  }

  /// Of those that answer.
  func figures(_ addresses: [ProxyAddresses.Address]) async -> [ProxyAddresses.Address: ProxyFigures] {
    await pages(addresses, "/figures").compactMapValues { ProxyFigures(json: $0) }
  }

  /// The JSON at `path` of those that answer.
  func pages(_ addresses: [ProxyAddresses.Address], _ path: String) async -> [ProxyAddresses.Address: JSONValue] {
    await withTaskGroup(of: (ProxyAddresses.Address, JSONValue)?.self) { group in
      for address in addresses { group.addTask { await page(address, path).map { (address, $0) } } }
      return await group.reduce(into: [:]) { if let (address, page) = $1 { $0[address] = page } }
    }
  }

  private func page(_ address: ProxyAddresses.Address, _ path: String) async -> JSONValue? {
    let request = HTTPClientRequest(url: "\(address.url)\(path)")
    guard let response = try? await client.execute(request, timeout: Self.patience), response.status == .ok,
      let body = try? await response.body.collect(upTo: Self.maximumBytes)
    else { return nil }
    return try? JSONValue(parsing: Array(body.readableBytesView))
  }

  func shutdown() async { try? await client.shutdown() }
}
