import Kubernetes
import Logging
import ModelServer

/// The simulated model servers of this process, by InferenceService.
actor LocalModelServers {
  /// Why a server cannot run: its arguments, or no port.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private struct Model {
    var servers: [LocalModelServer] = []
    /// What is wanted now.
    var arguments: [String] = []
    var started = 0
    var faults: [String] = []
    var notice = Duration.zero
  }

  private let logger: Logger
  private var models: [ObjectKey: Model] = [:]

  init(logger: Logger) { self.logger = logger }

  /// Starts what is missing and picks what is to end. Returns where everybody is, to be written into EndpointSlices before
  /// ``dismiss(_:)``.
  func update(_ key: ObjectKey, _ wish: LocalModelWish) async throws -> [LocalModelServer.Endpoint] {
    let wanted = try Self.configuration(wish)
    models[key, default: Model()].notice = wish.notice
    models[key]?.arguments = wish.arguments
    await look(at: key, wanted.faults, isChanged: models[key]?.faults != wish.faults)
    models[key]?.faults = wish.faults
    let step = RollingUpdate.next(standing(key, wish), wanted: wish.replicas)
    for _ in 0..<step.starts { try await start(key, wish.arguments, wanted) }
    end(key, step.ends)
    return endpoints(key)
  }

  /// Picks all to end: the InferenceService is gone.
  func abandon(_ key: ObjectKey) { end(key, (models[key]?.servers ?? []).map(\.number)) }

  func endpoints(_ key: ObjectKey) -> [LocalModelServer.Endpoint] {
    (models[key]?.servers ?? []).map {
      .init(number: $0.number, port: $0.port, phase: $0.phase, isCurrent: $0.arguments == models[key]?.arguments)
    }
  }

  /// Ends those that no EndpointSlice calls ready any more: after the notice, and when they have answered what they have.
  func dismiss(_ key: ObjectKey) {
    guard var model = models[key] else { return }
    for (index, server) in model.servers.enumerated() where server.phase == .ending(isTold: false) {
      model.servers[index].phase = .ending(isTold: true)
      let notice = model.notice
      Task {
        try? await Task.sleep(for: notice)
        server.task.cancel()
        await server.task.value
        ended(key, server.number)
      }
    }
    models[key] = model
  }

  /// At the end of the program, when nobody asks any more.
  func stopAll() async {
    let tasks = models.values.flatMap { $0.servers.map(\.task) }
    models = [:]
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  // MARK: One model

  private func standing(_ key: ObjectKey, _ wish: LocalModelWish) -> [RollingUpdate.Server] {
    (models[key]?.servers ?? []).filter { !$0.isEnding }.map {
      RollingUpdate.Server(number: $0.number, isCurrent: $0.arguments == wish.arguments, isReady: $0.phase == .ready)
    }
  }

  /// Asks each whether it is ready, as a kubelet's probe does.
  private func look(at key: ObjectKey, _ faults: Faults, isChanged: Bool) async {
    for server in models[key]?.servers ?? [] where !server.isEnding {
      if isChanged { try? await server.simulator.update(faults) }
      let phase: LocalModelServer.Phase = await server.simulator.isHealthy ? .ready : .starting
      // It may have ended meanwhile.
      guard let index = models[key]?.servers.firstIndex(where: { $0.number == server.number && !$0.isEnding }) else { continue }
      models[key]?.servers[index].phase = phase
    }
  }

  private func end(_ key: ObjectKey, _ numbers: [Int]) {
    for (index, server) in (models[key]?.servers ?? []).enumerated() where numbers.contains(server.number) && !server.isEnding {
      models[key]?.servers[index].phase = .ending(isTold: false)
    }
  }

  private func ended(_ key: ObjectKey, _ number: Int) {
    models[key]?.servers.removeAll { $0.number == number }
    if models[key]?.servers.isEmpty == true { models[key] = nil }
    logger.info("simulated model server ended", metadata: ["inferenceservice": "\(key)", "number": "\(number)"])
  }

  private static func configuration(_ wish: LocalModelWish) throws -> ModelServerConfiguration {
    do {
      return try ModelServerConfiguration(arguments: wish.arguments + wish.faults)
    } catch {
      throw Problem(description: "the arguments of simulate-server: \(error)")
    }
  }

  private func start(_ key: ObjectKey, _ arguments: [String], _ wanted: ModelServerConfiguration) async throws {
    let number = models[key]?.started ?? 0
    models[key, default: Model()].started = number + 1
    var configuration = wanted
    configuration.host = "127.0.0.1"
    configuration.port = 0
    configuration.seed &+= UInt64(number)
    let simulator = ModelServerSimulator(configuration)
    let task = Task {
      // What keeps it from running is thrown by `boundPort` too.
      _ = try? await simulator.run()
    }
    let port: Int
    do {
      port = try await simulator.boundPort
    } catch {
      throw Problem(description: "\(error)")
    }
    let phase: LocalModelServer.Phase = await simulator.isHealthy ? .ready : .starting
    models[key, default: Model()].servers.append(
      LocalModelServer(number: number, arguments: arguments, port: port, simulator: simulator, task: task, phase: phase))
    logger.info("simulated model server started", metadata: ["inferenceservice": "\(key)", "port": "\(port)"])
  }
}
