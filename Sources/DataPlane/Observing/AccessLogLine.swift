/// The form of a line of the access log. `examples/proxy.yaml` explains the fields; what is unknown is left out.
struct AccessLogLine {
  private let prefix: [UInt8]
  private let showsTenantNames: Bool

  init(namespace: String, showsTenantNames: Bool) {
    prefix = Array("\",\"namespace\":".utf8) + JSONText.quoted(namespace) + Array(",\"client\":\"".utf8)
    self.showsTenantNames = showsTenantNames
  }

  func tenantName(_ tenant: UInt64, _ context: DataPlaneContext) -> [UInt8]? {
    guard showsTenantNames, tenant != 0 else { return nil }
    return context.table?.tenantNames[tenant]
  }

  /// An upper bound of what `write` writes: fixed words and numbers, and the words of the request.
  func maximumSize(_ request: ObservedRequest, _ end: RequestEnd, backend: [UInt8], tenant: [UInt8]?) -> Int {
    let words =
      request.text.bytes.count + end.clientAddress.count + backend.count + (tenant?.count ?? 0) + (end.error?.code.utf8.count ?? 0)
    let fixed = prefix.count + (end.pool?.tiers[end.tier].logFields.count ?? 0) + (request.hop?.servedLiteral.count ?? 0)
    return 1024 + fixed + JSONLineWriter.escapedSize(words)
  }

  func write(
    _ request: ObservedRequest, _ end: RequestEnd, _ record: RequestRecord, backend: [UInt8], tenant: [UInt8]?, _ clock: inout WallClock,
    into line: inout JSONLineWriter
  ) {
    line.raw("{\"time\":\"")
    clock.write(record.arrivedAt, into: &line)
    line.raw(prefix)
    line.text(end.clientAddress, 0..<end.clientAddress.count)
    line.raw("\"")
    writeRequest(request, &line)
    if record.tenant != 0 {
      line.raw(",\"tenant\":\"")
      if let tenant { line.text(tenant, 0..<tenant.count) } else { line.hexadecimal(record.tenant) }
      line.raw("\"")
    }
    if let pool = end.pool {
      line.raw(pool.tiers[end.tier].logFields)
      if let hop = request.hop {
        line.raw(",\"served_model\":")
        line.raw(hop.servedLiteral)
      }
      line.raw(record.asksForStream ? ",\"stream\":true" : ",\"stream\":false")
    }
    if !backend.isEmpty {
      line.raw(",\"backend\":\"")
      line.text(backend, 0..<backend.count)
      line.raw("\"")
    }
    writeEnd(end, record, &line)
    writeNumbers(record, end, &line)
    line.raw("}\n")
  }

  private func writeRequest(_ request: ObservedRequest, _ line: inout JSONLineWriter) {
    let text = request.text
    func field(_ name: StaticString, _ range: Range<Int>) {
      guard !range.isEmpty else { return }
      line.raw(name)
      line.text(text.bytes, range)
      line.raw("\"")
    }
    field(",\"request_id\":\"", text.requestID)
    if let trace = request.trace {
      line.raw(",\"trace_id\":\"")
      line.hexadecimal(trace.traceHigh)
      line.hexadecimal(trace.traceLow)
      line.raw("\"")
    }
    field(",\"method\":\"", text.method)
    field(",\"path\":\"", text.path)
    field(",\"user_agent\":\"", text.agent)
    field(",\"model\":\"", text.model)
  }

  private func writeEnd(_ end: RequestEnd, _ record: RequestRecord, _ line: inout JSONLineWriter) {
    line.raw(",\"status\":")
    line.decimal(end.status)
    line.raw(",\"outcome\":\"")
    line.raw(end.outcome.label)
    line.raw("\"")
    if let error = end.error {
      line.raw(",\"error\":\"")
      let code = Array(error.code.utf8)
      line.text(code, 0..<code.count)
      line.raw("\"")
    }
    line.raw(",\"attempts\":")
    line.decimal(record.attempts)
  }

  private func writeNumbers(_ record: RequestRecord, _ end: RequestEnd, _ line: inout JSONLineWriter) {
    if record.attempts > 0 {
      line.raw(",\"queue_ms\":")
      line.milliseconds(nanoseconds: record.waited)
    }
    if let firstToken = record.timeToFirstToken {
      line.raw(",\"ttft_ms\":")
      line.milliseconds(nanoseconds: firstToken)
    }
    line.raw(",\"duration_ms\":")
    line.milliseconds(nanoseconds: end.at.nanoseconds &- record.arrivedAt.nanoseconds)
    if end.pool != nil {
      line.raw(",\"prompt_tokens\":")
      line.decimal(record.promptTokens ?? record.estimatedPromptTokens)
      if let output = record.knownOutputTokens {
        line.raw(",\"output_tokens\":")
        line.decimal(output)
      }
      line.raw(record.outputTokens == nil ? ",\"tokens_reported\":false" : ",\"tokens_reported\":true")
      if record.maximumOutputTokens > 0 {
        line.raw(",\"max_tokens\":")
        line.decimal(record.maximumOutputTokens)
      }
    }
    line.raw(",\"bytes_in\":")
    line.decimal(record.bytesIn)
    line.raw(",\"bytes_out\":")
    line.decimal(record.bytesOut)
  }
}
