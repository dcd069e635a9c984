import ArgumentParser
import ControllerRuntime
import Logging
import Operator

/// Where data planes run: in this process, or as a Deployment of their own.
struct DataPlaneOptions: ParsableArguments {
  enum Mode: String, CaseIterable, ExpressibleByArgument {
    /// In this process, one for every namespace.
    case embedded
    /// Proxies that read the policy of --gateway-namespace from a Secret.
    case deployment
  }

  @Option(
    name: .customLong("data-plane"),
    help: ArgumentHelp(
      "Where data planes run: embedded, in this process; or deployment, podium-proxy pods of --gateway-namespace.", valueName: "mode"))
  var mode: Mode = .embedded
  @Option(
    name: .customLong("proxy-secret"),
    help: ArgumentHelp("With deployment: the Secret that takes the policy to the proxies.", valueName: "name"))
  var secret = "podium-data-plane-policy"
  @Option(
    name: .customLong("proxy-service"),
    help: ArgumentHelp("With deployment: the Service that finds every proxy, ready or not, by its port `admin`.", valueName: "name"))
  var service = "podium-data-plane-peers"

  @OptionGroup var selector: GatewaySelectorOptions

  func gateways(_ namespace: String, url: String?, client: Client, logger: Logger) throws -> DeployedGateways {
    guard let url else {
      throw CleanFailure(
        "--gateway-url: with --data-plane deployment write how callers reach the proxies, for example http://NAME.NAMESPACE.svc:8080")
    }
    return DeployedGateways(
      .init(namespace: namespace, secret: secret, service: service, url: url), client: client, logger: logger)
  }
}
