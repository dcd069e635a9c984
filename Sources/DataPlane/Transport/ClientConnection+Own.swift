import NIOCore

// What this server answers by itself.
extension ClientConnection {
  func answerOwn(_ route: Route, _ head: RequestHead, _ bytes: Span<UInt8>) {
    let isHead = head.method == .head
    switch route {
    case .health: respond(200, Array("ok\n".utf8), contentType: "text/plain", withoutBody: isHead)
    case .readiness: answerReadiness(isHead)
    case .metrics where !isAdmin && loop.context.configuration.admin != nil: refuse(.notFound)
    case .figures where !isAdmin: refuse(.notFound)
    case .figures: answerFigures(isHead)
    case .metrics: answerMetrics(MetricsText.Format(accepts: loop.scanner.lines, in: bytes), isHead)
    case .models: answerModels(isHead)
    case .model(let range): answerModel(range, bytes, isHead)
    case .wrongMethod(let allowed): refuse(.wrongMethod(allowed: allowed))
    case .options(let allowed): respond(204, [], fields: "allow: \(allowed)\r\n")
    case .inference, .unknown: refuse(.notFound)
    }
  }

  private func answerReadiness(_ isHead: Bool) {
    let isReady = loop.table != nil && !loop.isDraining
    let text = isReady ? "ok\n" : loop.isDraining ? "draining\n" : "no traffic policy yet\n"
    respond(isReady ? 200 : 503, Array(text.utf8), contentType: "text/plain", withoutBody: isHead)
  }

  private func answerModels(_ isHead: Bool) { respond(200, ModelList.all(loop.table?.listedModels ?? []), withoutBody: isHead) }

  private func answerModel(_ range: Range<Int>, _ bytes: Span<UInt8>, _ isHead: Bool) {
    do { respond(200, try ModelList.one(range, bytes, loop.table), withoutBody: isHead) } catch { refuse(error) }
  }

  private func answerFigures(_ isHead: Bool) {
    let context = loop.context
    loop.gather().map { ProxyFigures(context, $0).json.bytes() }.assumeIsolated().whenSuccess { [self] page in
      guard phase == .waiting else { return }
      respond(200, page, withoutBody: isHead)
    }
  }

  private func answerMetrics(_ format: MetricsText.Format, _ isHead: Bool) {
    loop.gatherMetrics(format).assumeIsolated().whenSuccess { [self] text in
      guard phase == .waiting else { return }
      respond(200, Array(text.utf8), contentType: format.contentType, withoutBody: isHead)
    }
  }
}
