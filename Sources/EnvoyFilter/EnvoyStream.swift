import CEnvoyModule
import NIOCore

/// A request and its answer, as Envoy lends them to the filter: only within a hook, on the worker's own thread.
struct EnvoyStream {
  let pointer: UnsafeMutableRawPointer

  enum Headers {
    case request, answer

    fileprivate var kind: UInt32 { UInt32(self == .request ? envoy_request_headers : envoy_response_headers) }
  }

  enum Body {
    case received, buffered, answer

    fileprivate var kind: UInt32 {
      switch self {
      case .received: UInt32(envoy_received_request_body)
      case .buffered: UInt32(envoy_buffered_request_body)
      case .answer: UInt32(envoy_received_response_body)
      }
    }
  }

  // MARK: Headers

  /// In their order, with the pseudo-headers; names are in lower case.
  func fields(_ headers: Headers) -> [(name: String, value: String)] {
    let count = envoy_dynamic_module_callback_http_get_headers_size(pointer, headers.kind)
    guard count > 0 else { return [] }
    let lines = [envoy_header](unsafeUninitializedCapacity: count) { lines, initialized in
      lines.initialize(repeating: envoy_header())
      initialized = envoy_dynamic_module_callback_http_get_headers(pointer, headers.kind, lines.baseAddress) ? count : 0
    }
    return lines.map { (Self.text($0.key, $0.key_length), Self.text($0.value, $0.value_length)) }
  }

  /// Takes the place of all headers of this name.
  func set(_ name: String, _ value: String, in headers: Headers) {
    Self.withBuffer(name) { name in
      Self.withBuffer(value) { _ = envoy_dynamic_module_callback_http_set_header(pointer, headers.kind, name, $0) }
    }
  }

  func remove(_ name: String, from headers: Headers) {
    Self.withBuffer(name) { _ = envoy_dynamic_module_callback_http_set_header(pointer, headers.kind, $0, envoy_buffer()) }
  }

  // MARK: Bodies

  /// Appends what Envoy has of a body to `buffer`.
  func copy(_ body: Body, to buffer: inout ByteBuffer) {
    let count = envoy_dynamic_module_callback_http_get_body_chunks_size(pointer, body.kind)
    guard count > 0 else { return }
    let chunks = [envoy_buffer](unsafeUninitializedCapacity: count) { chunks, initialized in
      chunks.initialize(repeating: envoy_buffer())
      initialized = envoy_dynamic_module_callback_http_get_body_chunks(pointer, body.kind, chunks.baseAddress) ? count : 0
    }
    for chunk in chunks { buffer.writeBytes(UnsafeRawBufferPointer(start: chunk.pointer, count: chunk.length)) }
  }

  /// Takes the place of the request's body, all of which Envoy has kept.
  func replaceBody(with body: ByteBuffer) {
    let kind = Body.buffered.kind
    _ = envoy_dynamic_module_callback_http_drain_body(pointer, kind, envoy_dynamic_module_callback_http_get_body_size(pointer, kind))
    body.withUnsafeReadableBytes { bytes in
      let buffer = envoy_buffer(pointer: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length: bytes.count)
      _ = envoy_dynamic_module_callback_http_append_body(pointer, kind, buffer)
    }
    set("content-length", "\(body.readableBytes)", in: .request)
  }

  // MARK: Going on

  /// - Parameter endpoint: `address:port`. A host that is not in the route's cluster is answered with 503: another one would get a request
  ///   that nobody has a place for.
  func forward(to endpoint: String) {
    Self.withBuffer(endpoint) { _ = envoy_dynamic_module_callback_http_set_upstream_override_host(pointer, $0, true) }
    envoy_dynamic_module_callback_http_filter_continue_decoding(pointer)
  }

  /// - Parameter details: a word for Envoy's access log.
  func answer(_ status: Int, headers: [(name: String, value: String)], body: [UInt8], details: String) {
    var texts: [UnsafeMutablePointer<CChar>] = []
    func held(_ text: String) -> (UnsafePointer<CChar>, Int) {
      let bytes = Array(text.utf8)
      let memory = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, bytes.count))
      for (index, byte) in bytes.enumerated() { memory[index] = CChar(bitPattern: byte) }
      texts.append(memory)
      return (UnsafePointer(memory), bytes.count)
    }
    defer { for text in texts { text.deallocate() } }
    var lines = headers.map { header in
      let (name, value) = (held(header.name), held(header.value))
      return envoy_header(key: name.0, key_length: name.1, value: value.0, value_length: value.1)
    }
    body.withUnsafeBytes { bytes in
      let body = envoy_buffer(pointer: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length: bytes.count)
      Self.withBuffer(details) { details in
        lines.withUnsafeMutableBufferPointer {
          envoy_dynamic_module_callback_http_send_response(pointer, UInt32(status), $0.baseAddress, $0.count, body, details)
        }
      }
    }
  }

  // MARK: Text

  static func withBuffer(_ text: String, _ body: (envoy_buffer) -> Void) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { body(envoy_buffer(pointer: $0.baseAddress, length: $0.count)) }
    }
  }

  static func text(_ pointer: UnsafePointer<CChar>?, _ length: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: pointer, count: length), as: UTF8.self)
  }
}
