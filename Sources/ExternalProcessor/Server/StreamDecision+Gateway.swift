import DataPlane
import NIOCore

// Between the words of the stream and those of the data plane.
extension GatewayQuestion {
  init(_ question: StreamQuestion) {
    self.init(
      fields: question.fields.map { ($0.name, $0.value) }, body: question.body.map { ByteBuffer(bytes: $0) },
      clientAddress: question.clientAddress.map(Self.withoutPort) ?? "unknown", subset: question.subset)
  }

  /// `10.0.0.1:40000` or `[::1]:40000`, as Envoy writes the attribute `source.address`.
  private static func withoutPort(_ address: String) -> String {
    if address.hasPrefix("["), let end = address.firstIndex(of: "]") {
      return String(address[address.index(after: address.startIndex)..<end])
    }
    return address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
  }
}

extension StreamDecision {
  init(_ decision: GatewayDecision) {
    switch decision {
    case .forward(let forward):
      self = .forward(
        endpoints: forward.endpoints,
        mutation: HeaderMutation(set: forward.headers.map { HeaderField(name: $0.name, value: $0.value) }, removed: forward.removedHeaders),
        answerHeaders: forward.answerHeaders.map { HeaderField(name: $0.name, value: $0.value) },
        body: forward.body.map { Array($0.readableBytesView) })
    case .answer(let answer):
      self = .answer(
        ImmediateAnswer(
          status: answer.status, headers: answer.headers.map { HeaderField(name: $0.name, value: $0.value) }, body: answer.body,
          code: answer.code))
    }
  }
}
