import Foundation
import SwiftProtobuf

/// The names of Envoy's dynamic metadata by which the two sides speak about endpoints (endpoint-picker protocol, proposal 004).
enum LoadBalancingMetadata {
  static let namespace = "envoy.lb"
  static let hintNamespace = "envoy.lb.subset_hint"
  static let subset = "x-gateway-destination-endpoint-subset"
  static let served = "x-gateway-destination-endpoint-served"
}

extension FilterMessage {
  init(_ message: EnvoyProcessingRequest) {
    self.init(Self.content(message))
    isObservation = message.observabilityMode
    if message.hasProtocolConfig {
      modes = (BodyMode(message.protocolConfig.requestBodyMode), BodyMode(message.protocolConfig.responseBodyMode))
    }
    if message.hasMetadataContext {
      let metadata = message.metadataContext.filterMetadata
      subset = metadata[LoadBalancingMetadata.hintNamespace]?.fields[LoadBalancingMetadata.subset].map(Self.endpoints)
      served = metadata[LoadBalancingMetadata.namespace]?.fields[LoadBalancingMetadata.served]?.stringValue
      if served?.isEmpty == true { served = nil }
    }
    clientAddress = message.attributes["envoy.filters.http.ext_proc"]?.fields["source.address"]?.stringValue
  }

  private static func content(_ message: EnvoyProcessingRequest) -> Content {
    switch message.request {
    case .requestHeaders(let part): .requestHeaders(fields(part.headers), ends: part.endOfStream)
    case .responseHeaders(let part): .responseHeaders(fields(part.headers), ends: part.endOfStream)
    case .requestBody(let part): .requestBody([UInt8](part.body), ends: part.endOfStream)
    case .responseBody(let part): .responseBody([UInt8](part.body), ends: part.endOfStream)
    case .requestTrailers: .requestTrailers
    case .responseTrailers: .responseTrailers
    case nil: .unknown
    }
  }

  private static func fields(_ map: EnvoyHeaderMap) -> [HeaderField] {
    map.headers.map { field in
      HeaderField(name: field.key, value: field.rawValue.isEmpty ? field.value : String(decoding: field.rawValue, as: UTF8.self))
    }
  }

  /// A list, or one text with commas.
  private static func endpoints(_ value: Google_Protobuf_Value) -> Set<String> {
    let texts = value.listValue.values.isEmpty ? [value.stringValue] : value.listValue.values.map(\.stringValue)
    return Set(texts.flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty })
  }
}

extension FilterMessage.BodyMode {
  init(_ mode: EnvoyBodySendMode) {
    switch mode {
    case .none: self = .none
    case .streamed: self = .streamed
    case .fullDuplexStreamed: self = .fullDuplex
    default: self = .other
    }
  }
}
