import HTTPTypes
import Hummingbird
import Intent
import NIOCore

/// Requests on the wire become values, and replies bytes.
package struct ConsoleResponder: HTTPResponder {
  package typealias Context = BasicRequestContext

  /// A sentence of the largest length takes 80 KiB; a specification takes one.
  static let bodyLimit = 256 * 1024

  let api: ConsoleAPI

  package init(api: ConsoleAPI) { self.api = api }

  package func respond(to request: Request, context: Context) async throws -> Response {
    let body: [UInt8]
    do {
      body = Array(buffer: try await request.body.collect(upTo: Self.bodyLimit))
    } catch is NIOTooManyBytesError {
      let problem = ShapeProblem("", "the body has more than \(Self.bodyLimit) bytes; send less")
      return Self.response(ConsoleReply(ConsoleProblem.invalid([problem])), closes: true)
    }
    let value = ConsoleRequest(
      request.method.rawValue, request.head.path ?? "/", contentType: request.headers[.contentType],
      authorization: request.headers[.authorization], host: request.head.authority, body: body)
    return Self.response(await api.answer(value))
  }

  private static func response(_ reply: ConsoleReply, closes: Bool = false) -> Response {
    var headers: HTTPFields = [.contentType: reply.contentType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
    for (name, value) in reply.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    // What follows of an oversized body is not read.
    if closes { headers[.connection] = "close" }
    return Response(status: .init(code: reply.status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
  }
}
