import CCurl
import CCurlShim

/// The one place that sets options of an easy handle: libcurl does not check the type of an option's value.
enum CurlOptions {
  private static let connectTimeout = 10_000
  /// How long sent bytes may stay unacknowledged, in milliseconds.
  private static let userTimeout = 30_000

  static func apply(_ transfer: CurlTransfer, to handle: UnsafeMutableRawPointer) {
    let call = transfer.call
    set(handle, CURLOPT_NOSIGNAL, 1)
    set(handle, CURLOPT_URL, call.url)
    set(handle, CURLOPT_PROTOCOLS_STR, "https,http")
    set(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    // Over TLS requests wait to share the first connection. Without TLS nothing can be shared, and libcurl 7.88 wakes those that wait
    // one by one, as others end: watches that start together would wait for each other for ever.
    if call.url.hasPrefix("https:") { set(handle, CURLOPT_PIPEWAIT, 1) }
    set(handle, CURLOPT_FOLLOWLOCATION, 0)
    set(handle, CURLOPT_BUFFERSIZE, 128 << 10)
    set(handle, CURLOPT_TCP_KEEPALIVE, 1)
    set(handle, CURLOPT_TCP_KEEPIDLE, 20)
    set(handle, CURLOPT_TCP_KEEPINTVL, 5)
    _ = podium_curl_set_user_timeout(handle, userTimeout)
    if let proxy = call.proxy { set(handle, CURLOPT_PROXY, proxy) }
    if let connectTo = call.connectTo { connect(transfer, handle, to: connectTo) }
    if call.acceptsGzip { set(handle, CURLOPT_ACCEPT_ENCODING, "gzip") }
    let errorBuffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    transfer.errorBuffer = errorBuffer
    _ = podium_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorBuffer)
    limitTime(call, handle)
    secure(call.tls, handle)
    send(transfer, handle)
    receive(transfer, handle)
  }

  private static func limitTime(_ call: CurlCall, _ handle: UnsafeMutableRawPointer) {
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, connectTimeout)
    if let deadline = call.deadline {
      let (seconds, attoseconds) = deadline.components
      set(handle, CURLOPT_TIMEOUT_MS, max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)))
    }
    if let silence = call.silence {
      set(handle, CURLOPT_LOW_SPEED_LIMIT, 1)
      set(handle, CURLOPT_LOW_SPEED_TIME, max(1, Int(silence.components.seconds)))
    }
  }

  private static func secure(_ tls: TLSMaterial, _ handle: UnsafeMutableRawPointer) {
    if let authority = tls.authority { set(handle, CURLOPT_CAINFO_BLOB, authority) }
    if let certificate = tls.certificate { set(handle, CURLOPT_SSLCERT_BLOB, certificate) }
    if let key = tls.key { set(handle, CURLOPT_SSLKEY_BLOB, key) }
    if tls.skipsVerification {
      set(handle, CURLOPT_SSL_VERIFYPEER, 0)
      set(handle, CURLOPT_SSL_VERIFYHOST, 0)
    }
  }

  private static func send(_ transfer: CurlTransfer, _ handle: UnsafeMutableRawPointer) {
    if let body = transfer.call.body { body.withUnsafeBytes { _ = podium_curl_set_body(handle, $0.baseAddress, $0.count) } }
    if transfer.call.method != "GET" { set(handle, CURLOPT_CUSTOMREQUEST, transfer.call.method) }
    for header in transfer.call.headers + ["Expect:"] { transfer.headerList = curl_slist_append(transfer.headerList, header) }
    _ = podium_curl_set_pointer(handle, CURLOPT_HTTPHEADER, transfer.headerList)
  }

  private static func receive(_ transfer: CurlTransfer, _ handle: UnsafeMutableRawPointer) {
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    _ = podium_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = podium_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = podium_curl_set_callback(handle, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let context else { return 0 }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      let bytes = UnsafeRawBufferPointer(start: data, count: size * count).assumingMemoryBound(to: UInt8.self)
      return transfer.receive(body: bytes) ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
    }
    _ = podium_curl_set_callback(handle, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let context else { return 0 }
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      transfer.receive(headerLine: UnsafeRawBufferPointer(start: data, count: size * count).assumingMemoryBound(to: UInt8.self))
      return size * count
    }
  }

  private static func connect(_ transfer: CurlTransfer, _ handle: UnsafeMutableRawPointer, to target: String) {
    transfer.connectList = curl_slist_append(nil, target)
    _ = podium_curl_set_pointer(handle, CURLOPT_CONNECT_TO, transfer.connectList)
  }

  private static func set(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int) {
    _ = podium_curl_set_long(handle, option, value)
  }

  private static func set(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: String) {
    _ = podium_curl_set_string(handle, option, value)
  }

  private static func set(_ handle: UnsafeMutableRawPointer, _ option: CURLoption, _ value: [UInt8]) {
    value.withUnsafeBytes { _ = podium_curl_set_blob(handle, option, $0.baseAddress, $0.count) }
  }
}
