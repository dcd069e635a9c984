import JSON

/// A whole configuration for `envoy -c`: a listener, the external processor before the router, and the model servers.
package struct EnvoyBootstrap: Sendable {
  package var listen: HostPort
  /// Local only: whoever reaches it can stop Envoy.
  package var admin: HostPort
  package var servers: [HostPort]
  /// `nil` where nobody schedules: Envoy alone balances.
  package var externalProcessor: HostPort?
  package var limits: EnvoyLimits
  /// Headers that callers may not send: they are removed before any filter sees them.
  package var strippedHeaders: [String]
  package var requestTimeoutSeconds: Int

  static let serverCluster = "model-servers"
  static let processorCluster = "podium-ext-proc"

  package init(
    listen: HostPort = HostPort(host: "0.0.0.0", port: 8080), admin: HostPort = HostPort(host: "127.0.0.1", port: 9901),
    servers: [HostPort], externalProcessor: HostPort? = nil, limits: EnvoyLimits = EnvoyLimits(),
    strippedHeaders: [String] = ["x-gateway-destination-endpoint"], requestTimeoutSeconds: Int = 600
  ) {
    self.listen = listen
    self.admin = admin
    self.servers = servers
    self.externalProcessor = externalProcessor
    self.limits = limits
    self.strippedHeaders = strippedHeaders
    self.requestTimeoutSeconds = requestTimeoutSeconds
  }

  package var json: JSONValue {
    var clusters = [
      EnvoyCluster.json(name: Self.serverCluster, servers: servers, limits: limits, isPicked: externalProcessor != nil)
    ]
    if let externalProcessor { clusters.append(ExternalProcessorFilter.cluster(name: Self.processorCluster, address: externalProcessor)) }
    return [
      "admin": ["address": Self.address(admin)],
      "static_resources": ["listeners": [listener], "clusters": .array(clusters)],
    ]
  }

  private static func address(_ place: HostPort) -> JSONValue {
    ["socket_address": ["address": .string(place.host), "port_value": JSONValue(place.port)]]
  }

  private var listener: JSONValue {
    [
      "name": "http", "address": Self.address(listen),
      "filter_chains": [["filters": [["name": "envoy.filters.network.http_connection_manager", "typed_config": connectionManager]]]],
    ]
  }

  private var connectionManager: JSONValue {
    var manager: JSONValue = [
      "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
      "stat_prefix": "ingress", "use_remote_address": true, "stream_idle_timeout": .string("\(requestTimeoutSeconds)s"),
      "route_config": [
        "virtual_hosts": [
          [
            "name": "models", "domains": ["*"],
            "routes": [
              [
                "match": ["prefix": "/"],
                "route": [
                  "cluster": .string(Self.serverCluster), "timeout": .string("\(requestTimeoutSeconds)s"),
                  // A retry of a generation costs as much as the generation: only what never reached a server is tried again.
                  "retry_policy": [
                    "retry_on": "connect-failure,refused-stream,reset-before-request", "num_retries": 2,
                    "retry_host_predicate": [
                      [
                        "name": "envoy.retry_host_predicates.previous_hosts",
                        "typed_config": [
                          "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
                        ],
                      ]
                    ],
                    "host_selection_retry_max_attempts": 3,
                  ],
                ],
              ]
            ],
          ]
        ]
      ],
    ]
    if !strippedHeaders.isEmpty { manager["early_header_mutation_extensions"] = [earlyHeaderMutation] }
    let scheduler = externalProcessor.map { _ in [ExternalProcessorFilter.json(cluster: Self.processorCluster)] } ?? []
    manager["http_filters"] = .array(scheduler + [Self.router])
    return manager
  }

  /// Edits of a route come after all filters; these come before the first.
  private var earlyHeaderMutation: JSONValue {
    [
      "name": "envoy.http.early_header_mutation.header_mutation",
      "typed_config": [
        "@type": "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
        "mutations": .array(strippedHeaders.map { ["remove": .string($0)] }),
      ],
    ]
  }

  static let router: JSONValue = [
    "name": "envoy.filters.http.router",
    "typed_config": ["@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"],
  ]
}
