/// What a request asks this server for.
enum Route: Equatable {
  /// Goes to the pool of the `model` in its body.
  case inference
  case models
  /// The range of the model's name in the head.
  case model(Range<Int>)
  case health, readiness, metrics, figures
  case unknown
  /// The path exists; these methods are allowed.
  case wrongMethod(allowed: StaticString)
  /// Asks which methods are allowed.
  case options(allowed: StaticString)

  init(_ head: RequestHead, in bytes: Span<UInt8>) {
    let end = bytes.firstIndex(of: UInt8(ascii: "?"), from: head.target.lowerBound, to: head.target.upperBound) ?? head.target.upperBound
    let path = head.target.lowerBound..<end
    if head.method == .options {
      self = Self.options(path, bytes)
    } else {
      self = head.method == .post && Self.isAPI(path, bytes) ? Self.inference : Self.own(path, head.method, bytes)
    }
  }

  private static func options(_ path: Range<Int>, _ bytes: Span<UInt8>) -> Route {
    if bytes.equals("*", at: path) { return .options(allowed: "GET, HEAD, POST, OPTIONS") }
    switch own(path, .get, bytes) {
    case .unknown: return isAPI(path, bytes) ? .options(allowed: "POST, OPTIONS") : .unknown
    case .wrongMethod: return .options(allowed: "POST, OPTIONS")
    default: return .options(allowed: "GET, HEAD, OPTIONS")
    }
  }

  static func isAPI(_ path: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    path.count > 4 && bytes.equals("/v1/", at: path.lowerBound..<path.lowerBound + 4) && !bytes.equals("/v1/models", at: path)
  }

  private static func own(_ path: Range<Int>, _ method: RequestHead.Method, _ bytes: Span<UInt8>) -> Route {
    let route: Route
    if bytes.equals("/v1/models", at: path) {
      route = .models
    } else if path.count > 11, bytes.equals("/v1/models/", at: path.lowerBound..<path.lowerBound + 11) {
      route = .model(path.lowerBound + 11..<path.upperBound)
    } else if bytes.equals("/healthz", at: path) {
      route = .health
    } else if bytes.equals("/readyz", at: path) {
      route = .readiness
    } else if bytes.equals("/metrics", at: path) {
      route = .metrics
    } else if bytes.equals("/figures", at: path) {
      route = .figures
    } else {
      return isInferencePath(path, bytes) ? .wrongMethod(allowed: "POST") : .unknown
    }
    return method == .get || method == .head ? route : .wrongMethod(allowed: "GET, HEAD")
  }

  private static func isInferencePath(_ path: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    bytes.equals("/v1/chat/completions", at: path) || bytes.equals("/v1/completions", at: path) || bytes.equals("/v1/embeddings", at: path)
      || bytes.equals("/v1/responses", at: path)
  }

  static func == (left: Route, right: Route) -> Bool {
    switch (left, right) {
    case (.inference, .inference), (.models, .models), (.health, .health), (.readiness, .readiness), (.metrics, .metrics),
      (.figures, .figures),
      (.unknown, .unknown), (.wrongMethod, .wrongMethod), (.options, .options):
      true
    case (.model(let a), .model(let b)): a == b
    default: false
    }
  }
}
