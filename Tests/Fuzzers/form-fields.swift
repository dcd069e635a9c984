// sources: Sources/DataPlane/HTTP/ByteClass.swift Sources/DataPlane/Body
// The scanner of forms: any bytes as a body, whole and in front of what follows it on a connection.

func fuzz(_ bytes: [UInt8]) {
  let type = Array("multipart/form-data; boundary=\"b-\"".utf8)
  let message = type + bytes
  let body = type.count..<message.count
  guard let fields = try? FormFieldScanner.scan(message.span, body: body, contentType: 0..<type.count) else { return }
  require(fields.firstMember == nil && fields.modelHasEscapes == false, "a form has no members and no escapes")
  guard let model = fields.model else { return }
  require(model.lowerBound >= 0 && model.upperBound < bytes.count, "the model \(model) is inside the body")
  // What follows the body is not read.
  let longer = message + Array("\r\n--b-\r\nx".utf8)
  require((try? FormFieldScanner.scan(longer.span, body: body, contentType: 0..<type.count)) == fields, "the body ends where it ends")
}
