extension ModelDeployment {
  /// How callers outside the cluster reach the model, beside the data plane's own address.
  package struct Exposure: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
      case none
      case httpRoute = "HTTPRoute"
      case ingress = "Ingress"
      case loadBalancer = "LoadBalancer"
      case nodePort = "NodePort"
    }

    package struct GatewayReference: Sendable, Hashable {
      package var name: String
      /// `nil` for the deployment's own.
      package var namespace: String?
    }

    package var kind = Kind.none
    package var host: String?
    package var path: String?
    package var tlsSecretName: String?
    package var gateway: GatewayReference?
    package var ingressClassName: String?
    /// Of the object that is made: load balancers and issuers of certificates are told things by annotations.
    package var annotations: [String: String] = [:]

    package init() {}
  }

  /// How much of it may be away at a time, and where its replicas are.
  package struct Availability: Sendable, Hashable {
    package enum Spread: String, Sendable, CaseIterable {
      case none, host, zone
    }

    /// Replicas that a drain may take at once; `nil` where drains need not ask.
    package var maxUnavailable: Int?
    package var topologySpread = Spread.none

    package init() {}
  }

  /// Who may open connections to the model servers.
  package struct NetworkAccess: Sendable, Hashable {
    /// Beside the data plane's.
    package var allowedNamespaces: [String] = []

    package init() {}
  }
}

extension ModelDeployment.Exposure {
  init?(_ reader: inout FieldReader) {
    kind = reader.choice("type", Kind.self) ?? .none
    host = reader.string("host")
    path = reader.string("path")
    tlsSecretName = reader.string("tlsSecretName")
    ingressClassName = reader.string("ingressClassName")
    annotations = reader.json["annotations"]?.stringMap ?? [:]
    gateway = reader.object("gateway") { reader in
      reader.requiredString("name").map { GatewayReference(name: $0, namespace: reader.string("namespace")) }
    }
    if kind == .httpRoute || kind == .ingress, host == nil {
      reader.report("host", "is missing; exposure.type \(kind.rawValue) needs the name that callers use, such as models.example.com")
    }
    if kind == .httpRoute, gateway == nil {
      reader.report("gateway", "is missing; exposure.type HTTPRoute needs the Gateway that it attaches to: gateway.name, gateway.namespace")
    }
    if let path, !path.hasPrefix("/") { reader.report("path", "\"\(path)\" is no path; start it with /") }
  }
}

extension ModelDeployment.Availability {
  init?(_ reader: inout FieldReader) {
    maxUnavailable = reader.int("maxUnavailable", 1...10_000)
    topologySpread = reader.choice("topologySpread", Spread.self) ?? .none
  }
}

extension ModelDeployment.NetworkAccess {
  init?(_ reader: inout FieldReader) { allowedNamespaces = reader.strings("allowedNamespaces") }
}
