import GRPCCore
import Synchronization

/// KEDA's `externalscaler.ExternalScaler`: the data plane's own numbers, without a Prometheus between demand and replicas.
///
/// ```
/// KEDA ─ StreamIsActive ─▶ true as soon as a request waits, so that 0 becomes 1 at once
///      ─ GetMetricSpec  ─▶ how many requests one replica holds
///      ─ GetMetrics     ─▶ how many there are (AverageValue: KEDA's HPA divides)
/// ```
struct ScalerService: RegistrableRPCService {
  static let name = "externalscaler.ExternalScaler"

  let source: any DemandSource
  /// How often a stream looks.
  let period: Duration
  let ending = Ending()

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    unary("IsActive", &router) { ScalerReply.active(try await demand(try ScalerRequest(reference: $0)) > 0) }
    unary("GetMetricSpec", &router) { ScalerReply.specification(target: try ScalerRequest(reference: $0).target) }
    unary("GetMetrics", &router) { ScalerReply.value(try await demand(try ScalerRequest(metricsRequest: $0))) }
    router.registerHandler(
      forMethod: MethodDescriptor(fullyQualifiedService: Self.name, method: "StreamIsActive"), deserializer: RawBytes(),
      serializer: RawBytes()
    ) { request, _ in
      let asked = try ScalerRequest(reference: try await Self.only(request)[...])
      return StreamingServerResponse { writer in
        try await follow(asked, writer)
        return [:]
      }
    }
  }

  private func unary<Transport: ServerTransport>(
    _ method: String, _ router: inout RPCRouter<Transport>, _ answer: @escaping @Sendable (ArraySlice<UInt8>) async throws -> [UInt8]
  ) {
    router.registerHandler(
      forMethod: MethodDescriptor(fullyQualifiedService: Self.name, method: method), deserializer: RawBytes(), serializer: RawBytes()
    ) { request, _ in
      let reply = try await answer(try await Self.only(request)[...])
      return StreamingServerResponse(single: ServerResponse(message: reply))
    }
  }

  private static func only(_ request: StreamingServerRequest<[UInt8]>) async throws -> [UInt8] {
    for try await message in request.messages { return message }
    throw RPCError(code: .invalidArgument, message: "the request has no message")
  }

  /// Nothing known is no zero: KEDA then keeps to the ScaledObject's fallback.
  private func demand(_ asked: ScalerRequest) async throws -> Int {
    guard let demand = await source.demand(namespace: asked.namespace, model: asked.model) else {
      throw RPCError(code: .notFound, message: "no data plane here serves the model \(asked.model) of \(asked.namespace)")
    }
    return demand.weighted(protected: asked.protected)
  }

  /// Says so whenever it changes, until KEDA goes away. A model that is not known yet is not active.
  private func follow(_ asked: ScalerRequest, _ writer: RPCWriter<[UInt8]>) async throws {
    var said: Bool?
    while !Task.isCancelled, !ending.hasBegun {
      let isActive = (await source.demand(namespace: asked.namespace, model: asked.model))?.weighted(protected: []) ?? 0 > 0
      if isActive != said { try await writer.write(ScalerReply.active(isActive)) }
      said = isActive
      try await Task.sleep(for: period)
    }
  }
}

/// Messages as they are on the wire.
struct RawBytes: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) throws -> Bytes { Bytes(message) }
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }
}

/// Streams that last for ever end when the server does.
final class Ending: Sendable {
  private let flag = Atomic(false)

  var hasBegun: Bool { flag.load(ordering: .relaxed) }
  func begin() { flag.store(true, ordering: .relaxed) }
}
