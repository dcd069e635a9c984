import Kubernetes
import ModelServer

/// A simulated model server in this process, from its first word to its last answer.
struct LocalModelServer {
  enum Phase: Equatable {
    case starting, ready
    /// It has left the endpoints, and ends when everybody has noticed and what it answers is done.
    case ending(isTold: Bool)
  }

  /// Where a server is, as an EndpointSlice says it.
  struct Endpoint: Equatable {
    let number: Int
    let port: Int
    let phase: Phase
    /// Whether it was started with what is wanted now.
    let isCurrent: Bool
  }

  /// Of its model, never used twice.
  let number: Int
  let arguments: [String]
  let port: Int
  let simulator: ModelServerSimulator
  let task: Task<Void, Never>
  var phase = Phase.starting

  var isEnding: Bool { if case .ending = phase { true } else { false } }
}

/// What the InferenceService wants of its servers.
struct LocalModelWish: Equatable {
  /// The annotation of an InferenceService that makes its simulated servers go wrong: words such as `--fault-error-rate=1`. They hold for
  /// the servers that run, at once.
  static let faultsAnnotation = "qos.maas.io/simulated-faults"

  var replicas: Int
  var arguments: [String]
  var faults: [String]
  /// Between leaving the endpoints and ending.
  var notice: Duration

  /// `nil` when its container is no simulator.
  init?(_ service: KubeObject) {
    let predictor = service["spec"]?["predictor"]
    guard let container = predictor?["containers"]?[0], let arguments = container["args"]?.strings, arguments.first == "simulate-server"
    else { return nil }
    self.arguments = arguments
    replicas = max(0, predictor?["minReplicas"]?.int ?? 1)
    faults = (service.annotations[Self.faultsAnnotation] ?? "").split(separator: " ").map(String.init)
    let command = container[["lifecycle", "preStop", "exec", "command"]]?.strings ?? []
    notice = .seconds(command.first == "sleep" ? command.dropFirst().first.flatMap { Int($0) } ?? 0 : 0)
  }
}
