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

  func figures(_ addresses: [ProxyAddresses.Address]) async -> [ProxyFigures] {
    await withTaskGroup(of: ProxyFigures?.self) { group in
      for address in addresses { group.addTask { await figures(address) } }
      return await group.reduce(into: []) { if let figures = $1 { $0.append(figures) } }
    }
  }

  private func figures(_ address: ProxyAddresses.Address) async -> ProxyFigures? {
    let request = HTTPClientRequest(url: "\(address.url)/figures")
    guard let response = try? await client.execute(request, timeout: Self.patience), response.status == .ok,
      let body = try? await response.body.collect(upTo: Self.maximumBytes),
      let json = try? JSONValue(parsing: Array(body.readableBytesView))
    else { return nil }
    return ProxyFigures(json: json)
  }

  func shutdown() async { try? await client.shutdown() }
}
