import CHiredis

/// What Redis answered to one command.
package indirect enum RedisReply: Sendable, Hashable {
  case null
  case integer(Int)
  /// Bytes of a value, or the word of a status.
  case bytes([UInt8])
  case array([RedisReply])

  package var int: Int? {
    switch self {
    case .integer(let value): value
    case .bytes: string.flatMap { Int($0) }
    default: nil
    }
  }

  package var string: String? { if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
  package var array: [RedisReply]? { if case .array(let items) = self { items } else { nil } }

  /// - Parameter reply: Of hiredis; an error inside an array becomes its text.
  init(_ reply: UnsafePointer<redisReply>) {
    let value = reply.pointee
    switch value.type {
    case REDIS_REPLY_INTEGER: self = .integer(Int(value.integer))
    case REDIS_REPLY_STRING, REDIS_REPLY_STATUS, REDIS_REPLY_ERROR: self = .bytes(Self.bytes(value))
    case REDIS_REPLY_ARRAY:
      self = .array((0..<value.elements).map { index in value.element[index].map { RedisReply($0) } ?? .null })
    default: self = .null
    }
  }

  static func bytes(_ value: redisReply) -> [UInt8] {
    guard let start = value.str else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: value.len))
  }
}
