import NIOCore

// What is answered here and by no model server: the gateway sends everything of an API, clients ask for its models too.
extension GatewayRequest {
  /// - Throws: For what is not there, or only on the admin port.
  func answerOwn(_ route: Route, _ bytes: Span<UInt8>) throws(ProxyError) {
    switch route {
    case .models: answer(200, ModelList.all(loop.table?.listedModels ?? []))
    case .model(let range): answer(200, try ModelList.one(range, bytes, loop.table))
    case .options(let allowed): answer(204, [], [("allow", "\(allowed)")])
    case .wrongMethod(let allowed): throw .wrongMethod(allowed: allowed)
    case .inference, .health, .readiness, .metrics, .figures, .unknown: throw .notFound
    }
  }

  private func answer(_ status: Int, _ body: [UInt8], _ headers: [(name: String, value: String)] = [("content-type", "application/json")]) {
    answer(GatewayAnswer(status: status, headers: headers, body: body, code: "own"))
  }
}
