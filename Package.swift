// swift-tools-version: 6.2
import PackageDescription

// The dependency graph of Podium, and its architecture in one page. Arrows point one way:
// cores take values and return decisions, shells perform them, programs wire.
// Sources/README.md draws the same picture; Tests/LayeringTests checks that no core touches the world.

// Exclusive access is proven statically where it can be; checking the rest at run time costs the data plane a fifth of its CPU.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

// Products of other packages, named once.
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let jwtKit: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport: Target.Dependency = .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let swiftProtobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

/// Values in, decisions out: no socket, file, clock, task or lock.
func core(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}
/// The only places that touch the world.
func shell(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}
func program(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .executableTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let cores: [Target] = [
  core("JSON"),
  core("YAML", ["JSON", "CYAML"]),
  core("CEL", ["JSON"]),
  core("Kubernetes", ["JSON"]),
  core("APIMachinery", ["JSON", "CEL", "Kubernetes"]),
  core("QoSAPI", ["JSON", "Kubernetes"]),
  core("Drawing"),
  core("Planning", ["Drawing"]),
  core("Scheduling"),
  core("Fleet", ["Scheduling"]),
  core("Manifests", ["JSON", "Kubernetes", "APIMachinery", "QoSAPI", "Planning", "Scheduling"]),
  core("PolicyFormat", ["JSON", "Scheduling"]),
  core("Routing", ["JSON", "CEL", "Scheduling", "PolicyFormat"]),
  core("Simulation", ["JSON", "Scheduling", "Fleet", "PolicyFormat", "Drawing"]),
  core("Forecasting", ["JSON", "Planning", "Scheduling", "Simulation"]),
  core("Intent", ["JSON", "Planning"]),
  core("Reconciliation", ["JSON", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Manifests"]),
]

let shells: [Target] = [
  .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
  .target(name: "CCurlShim", dependencies: ["CCurl"]),
  .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .target(name: "CByteScan"),
  shell("PostgresClient", ["CPostgres"]),
  .systemLibrary(name: "CHiredis", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"])]),
  shell("RedisClient", ["CHiredis"]),
  shell("HostSampling", ["Routing"]),
  shell("ModelClients", ["JSON", "Routing", "Scheduling", asyncHTTPClient, nioCore]),
  shell("Events", ["JSON", "RedisClient", grdb, crypto, asyncHTTPClient, nioCore, logging]),
  shell("KnowledgeBase", ["JSON", "Planning", "PostgresClient", grdb, logging], resources: [.copy("Data")]),
  shell("RecordStore", ["PostgresClient", grdb, logging]),
  shell("ControllerRuntime", ["JSON", "Kubernetes", logging]),
  shell("CurlTransport", ["JSON", "YAML", "Kubernetes", "ControllerRuntime", "CCurl", "CCurlShim", logging]),
  shell("TokenVerification", ["JSON", "Scheduling", jwtKit, asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL, logging]),
  shell("Telemetry", ["Scheduling", "DataPlane", asyncHTTPClient, nioCore, nioPosix, logging]),
  shell(
    "DataPlane",
    ["JSON", "Scheduling", "Fleet", "PolicyFormat", "CByteScan", nioCore, nioPosix, nioHTTP2, nioHPACK, nioTLS, nioSSL, logging]),
  shell(
    "ExternalProcessor",
    ["DataPlane", swiftProtobuf, nioCore, nioHTTP2, nioHPACK]),
  shell("ExternalScaler", [grpcCore, grpcTransport]),
  .target(name: "CEnvoyModule"),
  shell(
    "EnvoyFilter",
    ["JSON", "Scheduling", "DataPlane", "TokenVerification", "CEnvoyModule", nioCore, nioPosix, logging]),
  shell("LoadGenerator", ["JSON", "DataPlane", nioCore, nioPosix]),
  shell("ModelServer", ["JSON", nioCore, nioHTTP1, nioPosix, lifecycle, logging]),
  shell(
    "ControlPlane", ["JSON", "YAML", "CEL", "Kubernetes", "APIMachinery", grdb, hummingbird, nioCore, lifecycle, logging],
    resources: [.copy("Resources")]),
  shell(
    "Console",
    [
      "JSON", "Planning", "Forecasting", "Intent", "KnowledgeBase", "Scheduling", "Routing", "ModelClients", "HostSampling", "RecordStore",
      "Events", asyncHTTPClient, hummingbird, nioCore, lifecycle, logging,
    ]),
  shell(
    "Operator",
    [
      "JSON", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Manifests", "Reconciliation", "KnowledgeBase", "ControllerRuntime",
      hummingbird, nioCore, lifecycle, logging,
    ]),
]

let programs: [Target] = [
  program(
    "podium",
    [
      "JSON", "YAML", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Routing", "Reconciliation", "KnowledgeBase", "ControllerRuntime",
      "CurlTransport", "DataPlane", "Telemetry", "TokenVerification", "PolicyFormat", "Simulation", "LoadGenerator", "ModelServer",
      "ControlPlane", "Operator", "Forecasting", "Intent", "Console", "ModelClients", "HostSampling", "RecordStore", "RedisClient",
      "Events",
      "Manifests", "ExternalScaler", argumentParser, asyncHTTPClient,
      hummingbird, nioCore, nioPosix, lifecycle, logging,
    ], exclude: ["Development/StandIns"]),
  program(
    "podium-proxy",
    [
      "JSON", "YAML", "Scheduling", "DataPlane", "ExternalProcessor", "Telemetry", "TokenVerification", argumentParser, nioCore, nioPosix,
      logging,
    ]),
]

let testTargets: [Target] = [
  .target(name: "TestKit", dependencies: ["JSON", "YAML"], path: "Tests/TestKit", swiftSettings: strict),
  tests("LayeringTests", ["TestKit"]),
  tests("JSONTests", ["JSON"]),
  tests("YAMLTests", ["JSON", "YAML"]),
  tests("CELTests", ["JSON", "CEL"]),
  tests("KubernetesTests", ["JSON", "Kubernetes"]),
  tests("APIMachineryTests", ["JSON", "YAML", "CEL", "Kubernetes", "APIMachinery", "TestKit"]),
  tests("QoSAPITests", ["JSON", "YAML", "Kubernetes", "QoSAPI", "APIMachinery", "TestKit"]),
  tests("PlanningTests", ["JSON", "Planning"]),
  tests("KnowledgeBaseTests", ["JSON", "Planning", "PostgresClient", "KnowledgeBase", "TestKit", grdb, logging]),
  tests("RecordStoreTests", ["RecordStore", "PostgresClient", "TestKit", logging]),
  tests("RedisClientTests", ["RedisClient", "TestKit"]),
  tests("HostSamplingTests", ["Routing", "HostSampling", "TestKit"]),
  tests("ModelClientsTests", ["JSON", "Routing", "Scheduling", "ModelClients", "TestKit"]),
  tests("EventsTests", ["JSON", "RedisClient", "Events", "TestKit", crypto, logging]),
  tests("ForecastingTests", ["JSON", "Planning", "Scheduling", "Simulation", "Forecasting", "KnowledgeBase", "TestKit"]),
  tests("IntentTests", ["JSON", "Planning", "Intent", "KnowledgeBase", "TestKit"]),
  tests(
    "ConsoleTests",
    [
      "JSON", "YAML", "Planning", "Scheduling", "Routing", "ModelClients", "HostSampling", "RecordStore", "Events", "Intent",
      "KnowledgeBase", "Console", "TestKit", nioCore, logging,
    ]),
  tests("SchedulingTests", ["Scheduling", "Simulation"]),
  tests("RoutingTests", ["JSON", "YAML", "CEL", "Scheduling", "PolicyFormat", "Routing", "TestKit"]),
  tests("SimulationTests", ["JSON", "YAML", "PolicyFormat", "Scheduling", "Simulation", "TestKit"]),
  tests("FleetTests", ["Scheduling", "Fleet", "Simulation"]),
  tests("ManifestsTests", ["JSON", "YAML", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Manifests", "TestKit"]),
  tests(
    "ReconciliationTests",
    ["JSON", "YAML", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Manifests", "Reconciliation", "KnowledgeBase", "TestKit"]),
  tests("ControllerRuntimeTests", ["JSON", "Kubernetes", "ControllerRuntime", "TestKit", logging]),
  tests("CurlTransportTests", ["JSON", "YAML", "Kubernetes", "ControllerRuntime", "CurlTransport", "TestKit", logging]),
  tests(
    "DataPlaneTests",
    ["JSON", "YAML", "Scheduling", "DataPlane", "LoadGenerator", "ModelServer", "TestKit", nioCore, nioPosix, nioHPACK, nioSSL, logging]),
  tests(
    "TokenVerificationTests",
    ["JSON", "Scheduling", "DataPlane", "TokenVerification", "TestKit", jwtKit, nioCore, nioPosix, nioSSL, logging]),
  tests(
    "ExternalProcessorTests",
    [
      "JSON", "Scheduling", "DataPlane", "ExternalProcessor", "ModelServer", "TestKit", grpcCore, grpcTransport, grpcProtobuf,
      swiftProtobuf, nioCore, nioHTTP1, nioPosix, logging,
    ]),
  tests("ExternalScalerTests", ["ExternalScaler", grpcCore, grpcTransport]),
  tests("TelemetryTests", ["JSON", "Scheduling", "DataPlane", "Telemetry", "TestKit", nioPosix, logging]),
  tests("ModelServerTests", ["JSON", "ModelServer", "TestKit", nioCore, nioPosix, logging]),
  tests("ControlPlaneTests", ["JSON", "YAML", "Kubernetes", "APIMachinery", "ControlPlane", "TestKit", logging]),
  tests(
    "OperatorTests",
    [
      "JSON", "YAML", "Kubernetes", "QoSAPI", "Planning", "Scheduling", "Manifests", "Reconciliation", "KnowledgeBase", "Operator",
      "ControllerRuntime", "CurlTransport", "ControlPlane", "TestKit", logging,
    ]),
  // One suite, run on the embedded control plane and on a real kube-apiserver, driven by kubectl, helm and our own client.
  tests("ConformanceTests", ["JSON", "YAML", "Kubernetes", "ControllerRuntime", "CurlTransport", "ControlPlane", "TestKit", logging]),
  tests("ExamplesTests", ["JSON", "YAML", "TestKit", "podium"]),
  // The programs as a user runs them: real processes, real sockets, kubectl and curl.
  tests(
    "ProgramTests",
    [
      "JSON", "YAML", "DataPlane", "Reconciliation", "ExternalScaler", "TestKit", "LoadGenerator", "podium", "podium-proxy", grpcCore,
      grpcTransport,
    ]),
]

let package = Package(
  name: "podium",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "podium", targets: ["podium"]),
    .executable(name: "podium-proxy", targets: ["podium-proxy"]),
    // The scheduler inside Envoy, as a dynamic module: experimental.
    .library(name: "podium-envoy", type: .dynamic, targets: ["EnvoyFilter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: cores + shells + programs + testTargets
)
