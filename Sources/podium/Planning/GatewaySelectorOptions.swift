import ArgumentParser

/// Which pods a Service of type LoadBalancer or NodePort leads to.
struct GatewaySelectorOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Labels of the data plane's pods, for exposures of type LoadBalancer and NodePort: key=value,… The chart gives its release's.",
      valueName: "labels"))
  var gatewaySelector = PairList(["app.kubernetes.io/name": "podium"])

  var labels: [String: String] { gatewaySelector.pairs }

  func validate() throws {
    guard !labels.values.contains("") else {
      throw ValidationError("--gateway-selector \(gatewaySelector.defaultValueDescription): every label needs a value")
    }
  }
}
