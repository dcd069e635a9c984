import Kubernetes
import Logging
import ModelServer

/// The simulated model servers of this process, by InferenceService.
actor LocalModelServers {
  /// Why a server cannot run: its arguments, or no port.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private struct Replica {
    let port: Int
    let task: Task<Void, Never>
  }
  private struct Model {
    let arguments: [String]
    var replicas: [Replica]
  }

  private let logger: Logger
  private var models: [ObjectKey: Model] = [:]

  init(logger: Logger) { self.logger = logger }

  /// Starts and stops until `replicas` servers run with these arguments. Returns their ports.
  func run(_ key: ObjectKey, replicas: Int, arguments: [String]) async throws -> [Int] {
    if let running = models[key], running.arguments != arguments { stop(key) }
    var model = models[key] ?? Model(arguments: arguments, replicas: [])
    while model.replicas.count > max(0, replicas) { model.replicas.removeLast().task.cancel() }
    defer { models[key] = model }
    while model.replicas.count < replicas {
      model.replicas.append(try await start(arguments, seed: model.replicas.count))
      logger.info("simulated model server started", metadata: ["inferenceservice": "\(key)", "port": "\(model.replicas.last?.port ?? 0)"])
    }
    return model.replicas.map(\.port)
  }

  func stop(_ key: ObjectKey) {
    for replica in models.removeValue(forKey: key)?.replicas ?? [] { replica.task.cancel() }
  }

  func stopAll() async {
    let tasks = models.values.flatMap { $0.replicas.map(\.task) }
    models = [:]
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  private func start(_ arguments: [String], seed: Int) async throws -> Replica {
    var configuration: ModelServerConfiguration
    do {
      configuration = try ModelServerConfiguration(arguments: arguments)
    } catch {
      throw Problem(description: "the arguments of simulate-server: \(error)")
    }
    configuration.host = "127.0.0.1"
    configuration.port = 0
    configuration.seed &+= UInt64(seed)
    let simulator = ModelServerSimulator(configuration)
    let task = Task {
      // What keeps it from running is thrown by `boundPort` too.
      _ = try? await simulator.run()
    }
    do {
      return Replica(port: try await simulator.boundPort, task: task)
    } catch {
      throw Problem(description: "\(error)")
    }
  }
}
