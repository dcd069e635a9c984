import CEnvoyModule
import Logging

// Envoy's hooks, by the names that it looks for. Pointers that it keeps for us are retained references: each is released by the hook that
// ends its life. Buffers are two arguments each, as C passes small structures.

/// The version of the ABI that the module was written for; Envoy warns of any other.
private let version = StaticString("v0.2.0")

@_cdecl("envoy_dynamic_module_on_program_init")
public func onProgramInit() -> UnsafePointer<CChar>? {
  UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

// MARK: Configurations

@_cdecl("envoy_dynamic_module_on_http_filter_config_new")
public func onConfigurationNew(
  _ envoy: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?, _ nameLength: Int, _ text: UnsafePointer<CChar>?, _ textLength: Int
) -> UnsafeMutableRawPointer? {
  let name = EnvoyStream.text(name, nameLength)
  do {
    let configuration = try FilterConfiguration(name: name, text: EnvoyStream.text(text, textLength))
    return Unmanaged.passRetained(configuration).toOpaque()
  } catch {
    Logger(label: "podium") { _ in EnvoyLogHandler() }.error("filter \(name): filter_config: \(error)")
    return nil
  }
}

@_cdecl("envoy_dynamic_module_on_http_filter_config_destroy")
public func onConfigurationDestroy(_ configuration: UnsafeMutableRawPointer?) {
  configuration.map { Unmanaged<FilterConfiguration>.fromOpaque($0).release() }
}

/// A route has nothing to say to the filter: a configuration there is refused, so that nobody believes it to be in force.
@_cdecl("envoy_dynamic_module_on_http_filter_per_route_config_new")
public func onRouteConfigurationNew(
  _ name: UnsafePointer<CChar>?, _ nameLength: Int, _ text: UnsafePointer<CChar>?, _ textLength: Int
) -> UnsafeMutableRawPointer? {
  Logger(label: "podium") { _ in EnvoyLogHandler() }.error("routes cannot configure the filter: write one policy for the listener")
  return nil
}

@_cdecl("envoy_dynamic_module_on_http_filter_per_route_config_destroy")
public func onRouteConfigurationDestroy(_ configuration: UnsafeMutableRawPointer?) {}

// MARK: Requests

@_cdecl("envoy_dynamic_module_on_http_filter_new")
public func onFilterNew(_ configuration: UnsafeMutableRawPointer?, _ stream: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let configuration, let stream else { return nil }
  let engine = Unmanaged<FilterConfiguration>.fromOpaque(configuration).takeUnretainedValue().engine
  let filter = RequestFilter(EnvoyStream(pointer: stream), server: engine.server, settings: engine.settings)
  return filter.map { Unmanaged.passRetained($0).toOpaque() }
}

@_cdecl("envoy_dynamic_module_on_http_filter_destroy")
public func onFilterDestroy(_ filter: UnsafeMutableRawPointer?) {
  guard let filter else { return }
  let reference = Unmanaged<RequestFilter>.fromOpaque(filter)
  reference.takeUnretainedValue().ended(isComplete: false)
  reference.release()
}

private func with(_ filter: UnsafeMutableRawPointer?, _ body: (RequestFilter) -> Void) {
  if let filter { body(Unmanaged<RequestFilter>.fromOpaque(filter).takeUnretainedValue()) }
}

/// The request goes on when it is its turn.
@_cdecl("envoy_dynamic_module_on_http_filter_request_headers")
public func onRequestHeaders(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?, _ isLast: Bool) -> UInt32 {
  with(filter) { $0.requestHeaders(isLast: isLast) }
  return UInt32(envoy_stop_iteration)
}

@_cdecl("envoy_dynamic_module_on_http_filter_request_body")
public func onRequestBody(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?, _ isLast: Bool) -> UInt32 {
  with(filter) { $0.requestBody(isLast: isLast) }
  return UInt32(envoy_stop_and_buffer)
}

@_cdecl("envoy_dynamic_module_on_http_filter_request_trailers")
public func onRequestTrailers(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?) -> UInt32 {
  with(filter) { $0.requestTrailers() }
  return UInt32(envoy_stop_iteration)
}

@_cdecl("envoy_dynamic_module_on_http_filter_scheduled")
public func onScheduled(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?, _ event: UInt64) {
  with(filter) { $0.scheduled() }
}

// MARK: Answers

@_cdecl("envoy_dynamic_module_on_http_filter_response_headers")
public func onAnswerHeaders(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?, _ isLast: Bool) -> UInt32 {
  with(filter) { $0.answerHeaders(isLast: isLast) }
  return UInt32(envoy_continue)
}

@_cdecl("envoy_dynamic_module_on_http_filter_response_body")
public func onAnswerBody(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?, _ isLast: Bool) -> UInt32 {
  with(filter) { $0.answerBody(isLast: isLast) }
  return UInt32(envoy_continue)
}

@_cdecl("envoy_dynamic_module_on_http_filter_response_trailers")
public func onAnswerTrailers(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?) -> UInt32 {
  with(filter) { $0.ended(isComplete: true) }
  return UInt32(envoy_continue)
}

/// The client has gone, or all has been said.
@_cdecl("envoy_dynamic_module_on_http_filter_stream_complete")
public func onStreamComplete(_ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?) {
  with(filter) { $0.ended(isComplete: false) }
}

/// Envoy answers by itself: its answer comes through the hooks above.
@_cdecl("envoy_dynamic_module_on_http_filter_local_reply")
public func onLocalReply(
  _ stream: UnsafeMutableRawPointer?, _ filter: UnsafeMutableRawPointer?, _ code: UInt32, _ details: UnsafePointer<CChar>?, _ length: Int,
  _ isReset: Bool
) -> UInt32 {
  UInt32(envoy_continue)
}
