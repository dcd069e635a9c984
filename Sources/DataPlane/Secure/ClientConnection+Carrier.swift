import NIOCore
import NIOSSL

// What differs for a client that comes over TLS or HTTP/2.
extension ClientConnection: RemovableChannelHandler {
  var isStream: Bool { carrier?.isStream == true }

  /// Makes place for HTTP/2 if a connection begins with its preface.
  func becomeHTTP2(_ buffer: ByteBuffer) -> Bool {
    let preface = HTTP2Front.preface
    guard let context = channelContext, !isStream, arrivedAt == .zero, buffer.readableBytes >= preface.utf8CodeUnitCount,
      buffer.readableBytesUInt8Span.equals(preface, at: 0..<preface.utf8CodeUnitCount)
    else { return false }
    phase = .closing
    do {
      try HTTP2Front.install(on: context.channel, loop, carrier ?? Carrier(isSecure: false))
      context.fireChannelRead(wrapInboundOut(buffer))
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    } catch {
      context.close(promise: nil)
    }
    return true
  }

  /// Closes below TLS, whose goodbye would make a body without a length look complete.
  func closeWithoutGoodbye() {
    guard !isStream, let context = channelContext else { return close() }
    let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
    (tls ?? context).close(promise: nil)
  }

  /// An event that says why the stream of events breaks off here.
  func writeBreak(_ error: ProxyError) {
    let event = Array("data: ".utf8) + error.body + Array("\n\n".utf8)
    write(ByteBuffer(string: String(event.count, radix: 16) + "\r\n"))
    write(ByteBuffer(bytes: event + [ByteClass.carriageReturn, ByteClass.lineFeed]))
    flush()
  }
}

extension Carrier {
  func isVouchedFor(by patterns: [IdentityPattern]) -> Bool {
    identities.contains { identity in patterns.contains { $0.matches(identity) } }
  }
}
