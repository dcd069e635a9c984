import Fleet
import NIOCore
import NIOPosix

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// All addresses that a name stands for now. Blocks, and so runs on a thread of its own.
enum NameLookup {
  static func addresses(of peer: FleetConfiguration.Peer, on loop: any EventLoop) -> EventLoopFuture<[FleetAddress]> {
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) { addresses(of: peer) }
  }

  /// - Returns: Nothing when the name is not known (now).
  static func addresses(of peer: FleetConfiguration.Peer) -> [FleetAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(datagramType)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(peer.host, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    var found: [FleetAddress] = []
    var next = first
    while let entry = next {
      next = entry.pointee.ai_next
      var text = [CChar](repeating: 0, count: 64)
      let length = socklen_t(text.count)
      guard getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 else { continue }
      let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let address = FleetAddress(host: host, port: peer.port)
      if !found.contains(address) { found.append(address) }
    }
    return found
  }

  #if canImport(Darwin)
    private static let datagramType = SOCK_DGRAM
  #else
    private static let datagramType = SOCK_DGRAM.rawValue
  #endif
}
