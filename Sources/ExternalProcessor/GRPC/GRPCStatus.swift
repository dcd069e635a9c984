/// How a call ends, as gRPC says it in its trailers.
struct GRPCStatus: Error, Equatable {
  enum Code: Int {
    case ok = 0, invalidArgument = 3, notFound = 5, resourceExhausted = 8, failedPrecondition = 9, unimplemented = 12, `internal` = 13,
      unavailable = 14
  }

  var code: Code
  var message: String

  static let ok = GRPCStatus(code: .ok, message: "")

  /// The message as a header's value: everything but printable ASCII is percent-encoded.
  var encodedMessage: String {
    var text = ""
    for byte in message.utf8 {
      if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "%") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}

extension GRPCStatus {
  init(_ fault: StreamFault) {
    switch fault {
    case .unexpected: self.init(code: .invalidArgument, message: fault.message)
    case .observation, .mode: self.init(code: .failedPrecondition, message: fault.message)
    case .tooMuch: self.init(code: .resourceExhausted, message: fault.message)
    }
  }
}
