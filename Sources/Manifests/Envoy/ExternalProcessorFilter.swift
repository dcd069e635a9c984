import JSON

/// Envoy's HTTP filter that asks Podium's external processor about every request: it holds a request until its turn, and names the
/// model server.
package enum ExternalProcessorFilter {
  package static let name = "envoy.filters.http.ext_proc"
  /// The port on which `podium-proxy ext-proc` serves gRPC, by convention of endpoint pickers.
  package static let port = 9002
  /// The namespace of Envoy's dynamic metadata through which an endpoint picker names a server.
  package static let metadataNamespace = "envoy.lb"

  /// The filter, as an element of `http_filters`.
  ///
  /// The request's body is streamed both ways: then no message time-out ends a request that waits its turn (measured with Envoy 1.40),
  /// and the model and its tokens are known. A processor that is down closes the door: open, requests would pass it unscheduled.
  package static func json(name: String = name, cluster: String) -> JSONValue {
    [
      "name": .string(name),
      "typed_config": [
        "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
        "grpc_service": ["envoy_grpc": ["cluster_name": .string(cluster)]],
        "failure_mode_allow": false,
        "message_timeout": "600s",
        "processing_mode": [
          "request_header_mode": "SEND", "response_header_mode": "SEND", "request_body_mode": "FULL_DUPLEX_STREAMED",
          "response_body_mode": "NONE", "request_trailer_mode": "SEND", "response_trailer_mode": "SKIP",
        ],
        // Without these Envoy drops the metadata in which the picker is told what may be picked, and answers.
        "metadata_options": [
          "forwarding_namespaces": ["untyped": [.string(metadataNamespace)]],
          "receiving_namespaces": ["untyped": [.string(metadataNamespace)]],
        ],
        "request_attributes": ["source.address", "request.id"],
      ],
    ]
  }

  /// The cluster of the processor: gRPC, and room for every request that waits. Envoy's own limit of 1,024 would answer the next one
  /// with 500.
  package static func cluster(name: String, address: HostPort) -> JSONValue {
    [
      "name": .string(name), "type": "STRICT_DNS", "connect_timeout": "1s",
      "typed_extension_protocol_options": [
        EnvoyCluster.protocolOptions: [
          "@type": .string(EnvoyCluster.protocolOptionsType), "explicit_http_config": ["http2_protocol_options": [:]],
        ]
      ],
      "circuit_breakers": [
        "thresholds": [["max_connections": 40_000, "max_pending_requests": 40_000, "max_requests": 40_000, "max_retries": 3]]
      ],
      "load_assignment": EnvoyCluster.assignment(name, [address]),
    ]
  }
}
