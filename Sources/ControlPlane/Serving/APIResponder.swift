import HTTPTypes
import Hummingbird
import NIOCore

/// The API over HTTP/1.1: requests become values, replies become responses, watches become streams.
struct APIResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  /// A definition of a large CRD is about 2 MB; a body beyond this is refused with 413.
  static let bodyLimit = 16 * 1024 * 1024

  let handler: Handler
  let counters: RequestCounters

  func respond(to request: Request, context: Context) async throws -> Response {
    guard let method = ServerRequest.Method(rawValue: request.method.rawValue) else {
      return Self.response(to: .error(.methodNotAllowed), request, counters)
    }
    var body: [UInt8] = []
    if ![.get, .head].contains(method) {
      do {
        body = Array(buffer: try await request.body.collect(upTo: Self.bodyLimit))
      } catch is NIOTooManyBytesError {
        return Self.response(to: .error(.tooLarge(limit: Self.bodyLimit)), request, counters)
      }
    }
    let value = ServerRequest(
      method: method, target: request.head.path ?? "/", accept: request.headers[values: .accept].joined(separator: ","),
      contentType: request.headers[.contentType] ?? "", userAgent: request.headers[.userAgent] ?? "", body: body)
    let reply = handler.handle(value)
    let response = Self.response(to: reply, request, counters)
    return method == .head ? response.createHeadResponse() : response
  }

  private static func response(to reply: ServerReply, _ request: Request, _ counters: RequestCounters) -> Response {
    switch reply {
    case .whole(let whole):
      counters.count(method: request.method.rawValue, code: whole.code)
      var headers: HTTPFields = [.contentType: whole.contentType, .cacheControl: "no-cache, private"]
      for (name, value) in whole.headers {
        if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
      }
      return Response(status: .init(code: whole.code), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: whole.body)))
    case .watch(let stream):
      counters.count(method: "WATCH", code: 200)
      return Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache, private"],
        body: ResponseBody { writer in
          // A client that goes away ends the subscription, which ends the lines.
          try await request.body.consumeWithInboundCloseHandler { _ in
            try await stream.run { bytes in try await writer.write(ByteBuffer(bytes: bytes)) }
          } onInboundClosed: {
            stream.end()
          }
          try await writer.finish(nil)
        })
    }
  }
}
