import Foundation
import SwiftProtobuf

extension StreamReply {
  var message: EnvoyProcessingResponse {
    var message = EnvoyProcessingResponse()
    switch self {
    case .requestHeaders(let mutation, let destination):
      message.requestHeaders.response.headerMutation = EnvoyHeaderMutation(mutation)
      // A route may match by what is set here.
      message.requestHeaders.response.clearRouteCache_p = true
      if let destination { message.dynamicMetadata = Self.metadata(destination) }
    case .requestBody(let bytes, let ends): message.requestBody = Self.part(bytes, ends)
    case .requestTrailers: message.requestTrailers = EnvoyTrailersResponse()
    case .responseHeaders(let mutation):
      message.responseHeaders = EnvoyHeadersResponse()
      if mutation != HeaderMutation() { message.responseHeaders.response.headerMutation = EnvoyHeaderMutation(mutation) }
    case .responseBody(let bytes?, let ends): message.responseBody = Self.part(bytes, ends)
    case .responseBody(nil, _): message.responseBody = EnvoyBodyResponse()
    case .responseTrailers: message.responseTrailers = EnvoyTrailersResponse()
    case .immediate(let answer):
      message.immediateResponse.status.code = Int32(answer.status)
      message.immediateResponse.headers = EnvoyHeaderMutation(HeaderMutation(set: answer.headers))
      message.immediateResponse.body = Data(answer.body)
      message.immediateResponse.details = answer.code
    }
    return message
  }

  private static func part(_ bytes: [UInt8], _ ends: Bool) -> EnvoyBodyResponse {
    var part = EnvoyBodyResponse()
    part.response.bodyMutation.streamedResponse.body = Data(bytes)
    part.response.bodyMutation.streamedResponse.endOfStream = ends
    return part
  }

  private static func metadata(_ destination: String) -> Google_Protobuf_Struct {
    var picked = Google_Protobuf_Struct()
    picked.fields[StreamMachine.destination] = Google_Protobuf_Value(stringValue: destination)
    var metadata = Google_Protobuf_Struct()
    metadata.fields[LoadBalancingMetadata.namespace] = Google_Protobuf_Value(structValue: picked)
    return metadata
  }
}

extension EnvoyHeaderMutation {
  init(_ mutation: HeaderMutation) {
    self.init()
    removeHeaders = mutation.removed
    setHeaders = mutation.set.map { field in
      var option = EnvoyHeaderValueOption()
      option.header.key = field.name
      // Envoy reads this one; `value` would be refused beside it.
      option.header.rawValue = Data(field.value.utf8)
      option.appendAction = .overwriteIfExistsOrAdd
      return option
    }
  }
}
