import NIOCore
import NIOHPACK
import NIOPosix
import Synchronization
import Testing

/// A client of HTTP/2 that sends the frames it is told to, right or wrong (RFC 9113 section 4.1).
final class FrameClient: Sendable {
  enum Kind: UInt8 { case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation }

  struct Frame: Sendable {
    var kind: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]
    /// Of a HEADERS frame.
    var fields: [String: String] = [:]

    var endsStream: Bool { flags & 1 != 0 && (kind == Kind.data.rawValue || kind == Kind.headers.rawValue) }
    /// Of RST_STREAM and GOAWAY.
    var errorCode: UInt8? { payload.last.map { kind == Kind.goAway.rawValue ? payload[7] : $0 } }
    var text: String { String(decoding: payload, as: UTF8.self) }
  }

  private final class Received: Sendable {
    let frames = Mutex<[Frame]>([])
    let isClosed = Mutex(false)
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let received: Received
    private let isPolite: Bool
    private var input = ByteBuffer()
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())

    init(_ received: Received, isPolite: Bool) {
      self.received = received
      self.isPolite = isPolite
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      input.writeImmutableBuffer(unwrapInboundIn(data))
      while let length = input.getBytes(at: input.readerIndex, length: 3).map({ $0.reduce(0) { $0 << 8 | Int($1) } }),
        input.readableBytes >= 9 + length
      {
        var frame = Frame(kind: input.getInteger(at: input.readerIndex + 3) ?? 0, flags: 0, stream: 0, payload: [])
        frame.flags = input.getInteger(at: input.readerIndex + 4) ?? 0
        frame.stream = input.getInteger(at: input.readerIndex + 5) ?? 0
        input.moveReaderIndex(forwardBy: 9)
        frame.payload = input.readBytes(length: length) ?? []
        if frame.kind == Kind.headers.rawValue {
          var block = ByteBuffer(bytes: frame.payload)
          let fields = (try? decoder.decodeHeaders(from: &block)).map { $0.map { ($0.name, $0.value) } } ?? []
          frame.fields = Dictionary(fields) { $1 }
        }
        if isPolite, frame.flags & 1 == 0 { acknowledge(frame, context) }
        received.frames.withLock { $0.append(frame) }
      }
    }

    private func acknowledge(_ frame: Frame, _ context: ChannelHandlerContext) {
      switch frame.kind {
      case Kind.settings.rawValue: context.writeAndFlush(wrapOutboundOut(FrameClient.bytes(.settings, 1, 0, [])), promise: nil)
      case Kind.ping.rawValue: context.writeAndFlush(wrapOutboundOut(FrameClient.bytes(.ping, 1, 0, frame.payload)), promise: nil)
      default: break
      }
    }

    func channelInactive(context: ChannelHandlerContext) { received.isClosed.withLock { $0 = true } }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  private let channel: any Channel
  private let received = Received()

  /// - Parameters:
  ///   - settings: Identifier and value, sent first.
  ///   - isPolite: Acknowledges settings and pings.
  init(port: Int, on group: any EventLoopGroup, settings: [(UInt16, UInt32)] = [], isPolite: Bool = true) async throws {
    let received = received
    channel = try await ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(received, isPolite: isPolite)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
    var hello = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    var payload = ByteBuffer()
    for (identifier, value) in settings { payload.writeMultipleIntegers(identifier, value) }
    hello.writeImmutableBuffer(Self.bytes(.settings, 0, 0, Array(payload.readableBytesView)))
    channel.writeAndFlush(hello, promise: nil)
  }

  static func bytes(_ kind: Kind, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeInteger(UInt8(payload.count >> 16))
    buffer.writeInteger(UInt16(payload.count & 0xffff))
    buffer.writeMultipleIntegers(kind.rawValue, flags, stream)
    buffer.writeBytes(payload)
    return buffer
  }

  /// Fields as they are, without compression (RFC 7541 section 6.2.2).
  static func block(_ fields: [(String, String)]) -> [UInt8] {
    func string(_ text: String) -> [UInt8] {
      let count = text.utf8.count
      guard count >= 127 else { return [UInt8(count)] + Array(text.utf8) }
      var rest = count - 127
      var length: [UInt8] = [127]
      while rest >= 128 {
        length.append(UInt8(rest & 127) | 128)
        rest >>= 7
      }
      return length + [UInt8(rest)] + Array(text.utf8)
    }
    return fields.flatMap { [0] + string($0.0) + string($0.1) }
  }

  static func fields(_ method: String, _ path: String, _ more: [(String, String)] = []) -> [(String, String)] {
    [(":method", method), (":scheme", "http"), (":path", path), (":authority", "test")] + more
  }

  // MARK: Sending

  func send(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
    channel.writeAndFlush(Self.bytes(kind, flags, stream, payload), promise: nil)
  }

  /// In one piece: they arrive together.
  func send(_ frames: [ByteBuffer]) {
    var all = ByteBuffer()
    for frame in frames { all.writeImmutableBuffer(frame) }
    channel.writeAndFlush(all, promise: nil)
  }

  func headers(_ stream: UInt32, _ fields: [(String, String)], end: Bool = true) {
    send(.headers, flags: end ? 5 : 4, stream: stream, Self.block(fields))
  }

  func data(_ stream: UInt32, _ text: String, end: Bool = true) { send(.data, flags: end ? 1 : 0, stream: stream, Array(text.utf8)) }

  func post(_ stream: UInt32, _ body: String, _ more: [(String, String)] = []) {
    headers(stream, Self.fields("POST", "/v1/chat/completions", more), end: false)
    data(stream, body)
  }

  func reset(_ stream: UInt32) { send(.reset, stream: stream, [0, 0, 0, 8]) }

  func widen(_ stream: UInt32, by increment: UInt32) {
    send(.windowUpdate, stream: stream, (0..<4).map { UInt8(truncatingIfNeeded: increment >> (24 - 8 * $0)) })
  }

  func close() { channel.close(promise: nil) }

  // MARK: Receiving

  var frames: [Frame] { received.frames.withLock { $0 } }
  var isClosed: Bool { received.isClosed.withLock { $0 } }

  func body(_ stream: UInt32) -> String {
    frames.filter { $0.stream == stream && $0.kind == Kind.data.rawValue }.map(\.text).joined()
  }

  func status(_ stream: UInt32) -> String? { frames.last { $0.stream == stream && $0.fields[":status"] != nil }?.fields[":status"] }

  func resetCode(_ stream: UInt32) -> UInt8? { frames.first { $0.stream == stream && $0.kind == Kind.reset.rawValue }?.errorCode }

  func hasEnded(_ stream: UInt32) -> Bool { frames.contains { $0.stream == stream && $0.endsStream } }

  var goAways: [Frame] { frames.filter { $0.kind == Kind.goAway.rawValue } }

  /// Waits for the whole answer on a stream.
  func answer(_ stream: UInt32, sourceLocation: SourceLocation = #_sourceLocation) async -> (status: String?, body: String) {
    await until("stream \(stream) has ended (so far: \(frames.map { "\($0.kind)/\($0.stream)" }))", sourceLocation: sourceLocation) {
      hasEnded(stream) || resetCode(stream) != nil || isClosed
    }
    return (status(stream), body(stream))
  }
}
