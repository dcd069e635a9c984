import JSON

/// The cluster of the model servers, for an Envoy that is configured by a file.
package enum EnvoyCluster {
  static let protocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
  static let protocolOptionsType = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

  /// - Parameters:
  ///   - concurrency: Requests that all servers hold together.
  ///   - isPicked: Whether an endpoint picker names the server; else Envoy chooses the one with the fewest requests of two.
  package static func json(name: String, servers: [HostPort], limits: EnvoyLimits, isPicked: Bool) -> JSONValue {
    let limit = JSONValue(limits.requests)
    return [
      "name": .string(name), "type": "STRICT_DNS", "connect_timeout": "2s", "dns_lookup_family": "V4_PREFERRED",
      // Where the field was before is deprecated: it lives in the protocol's options.
      "typed_extension_protocol_options": [
        protocolOptions: [
          "@type": .string(protocolOptionsType),
          "common_http_protocol_options": [
            "max_requests_per_connection": JSONValue(limits.requestsPerConnection), "idle_timeout": "300s",
          ],
          "explicit_http_config": ["http_protocol_options": [:]],
        ]
      ],
      "circuit_breakers": [
        "thresholds": [
          [
            "priority": "DEFAULT", "max_connections": limit, "max_pending_requests": limit, "max_requests": limit, "max_retries": 3,
            "track_remaining": true,
          ]
        ]
      ],
      "outlier_detection": [
        "consecutive_5xx": 5, "consecutive_gateway_failure": 5, "interval": "5s", "base_ejection_time": "30s",
        "max_ejection_percent": JSONValue(limits.maxEjectionPercent),
      ],
      // Below this share of healthy servers Envoy sends to all of them, sick or not: at the usual 50 % half a pool that is only busy
      // would take the other half down. 0 never does; what is ejected at most is bounded above.
      "common_lb_config": ["healthy_panic_threshold": ["value": 0]],
      "load_balancing_policy": policy(isPicked: isPicked),
      "load_assignment": assignment(name, servers),
    ]
  }

  static func assignment(_ name: String, _ hosts: [HostPort]) -> JSONValue {
    let endpoints = hosts.map { host -> JSONValue in
      ["endpoint": ["address": ["socket_address": ["address": .string(host.host), "port_value": JSONValue(host.port)]]]]
    }
    return ["cluster_name": .string(name), "endpoints": [["lb_endpoints": .array(endpoints)]]]
  }

  private static func policy(isPicked: Bool) -> JSONValue {
    let leastRequest: JSONValue = [
      "policies": [
        [
          "typed_extension_config": [
            "name": "envoy.load_balancing_policies.least_request",
            "typed_config": [
              "@type": "type.googleapis.com/envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest", "choice_count": 2,
            ],
          ]
        ]
      ]
    ]
    guard isPicked else { return leastRequest }
    let metadata = ExternalProcessorFilter.metadataNamespace
    func key(_ path: String) -> JSONValue { ["key": .string(metadata), "path": [["key": .string(path)]]] }
    return [
      "policies": [
        [
          "typed_extension_config": [
            "name": "envoy.load_balancing_policies.override_host",
            "typed_config": [
              "@type": "type.googleapis.com/envoy.extensions.load_balancing_policies.override_host.v3.OverrideHost",
              // From metadata alone: a header could be the caller's.
              "override_host_sources": [["metadata": key("x-gateway-destination-endpoint")]],
              "selected_host_key": key("x-gateway-destination-endpoint-served"), "fallback_policy": leastRequest,
            ],
          ]
        ]
      ]
    ]
  }
}

/// How much an Envoy lets through to the model servers.
package struct EnvoyLimits: Sendable, Hashable {
  /// Requests, waiting requests and connections to all servers together. Envoy's default of 1,024 answers the next one with 503.
  package var requests: Int
  package var requestsPerConnection: Int
  /// The most servers that may be ejected at a time, in per cent.
  package var maxEjectionPercent: Int

  package init(requests: Int = 16_384, requestsPerConnection: Int = 1000, maxEjectionPercent: Int = 50) {
    self.requests = requests
    self.requestsPerConnection = requestsPerConnection
    self.maxEjectionPercent = maxEjectionPercent
  }
}
