import ArgumentParser

/// KEDA's external scaler in the operator.
struct ScalerOptions: ParsableArguments {
  @Option(
    name: .customLong("scaler-port"),
    help: ArgumentHelp("Port of KEDA's external scaler, without which KEDA asks Prometheus; see --external-scaler.", valueName: "port"))
  var port: Int?
  @Option(
    name: .customLong("scaler-peers"),
    help: ArgumentHelp(
      "Where several operators run with --data-plane embedded: the Service that finds them all, in the Lease's namespace, by its port "
        + "http-health. Without it each tells KEDA of its own requests alone.", valueName: "name"))
  var peers: String?
}
