import NIOSSL

/// Who a verified certificate speaks for.
enum CertificateIdentity {
  /// The URIs (`spiffe://…`) and DNS names among the subject alternative names (RFC 5280 section 4.2.1.6); without any, the
  /// subject's common name.
  static func names(_ certificate: NIOSSLCertificate) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for name in certificate._subjectAlternativeNames() where name.nameType == .uri || name.nameType == .dnsName {
      names.append(Array(name.contents))
    }
    if names.isEmpty, let der = try? certificate.toDERBytes(), let name = commonName(der) { names.append(name) }
    return names.filter { !$0.isEmpty }
  }

  /// The last common name (2.5.4.3) of the subject: the most specific one.
  ///
  ///     Certificate { tbsCertificate { [0] version?, serial, signature, issuer, validity, subject { SET { { oid, value } } … } … } … }
  static func commonName(_ certificate: [UInt8]) -> [UInt8]? {
    guard let whole = DERValue(certificate[...]), let body = whole.children.first else { return nil }
    let fields = body.children.drop { $0.tag == 0xa0 }
    guard fields.count >= 5 else { return nil }
    var name: [UInt8]?
    for attribute in fields[fields.startIndex + 4].children.flatMap(\.children) {
      let parts = attribute.children
      if parts.count == 2, parts[0].tag == 0x06, parts[0].content.elementsEqual([0x55, 0x04, 0x03]) { name = Array(parts[1].content) }
    }
    return name
  }
}

/// One value in the distinguished encoding rules of ASN.1 (X.690): a tag, a length, and the content.
private struct DERValue {
  let tag: UInt8
  let content: ArraySlice<UInt8>
  let rest: ArraySlice<UInt8>

  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count >= 2 else { return nil }
    tag = bytes[bytes.startIndex]
    var position = bytes.startIndex + 2
    var length = Int(bytes[bytes.startIndex + 1])
    if length >= 0x80 {
      let digits = length & 0x7f
      guard (1...4).contains(digits), position + digits <= bytes.endIndex else { return nil }
      length = bytes[position..<position + digits].reduce(0) { $0 << 8 | Int($1) }
      position += digits
    }
    guard length <= bytes.endIndex - position else { return nil }
    content = bytes[position..<position + length]
    rest = bytes[(position + length)...]
  }

  /// The values one after the other in the content of a sequence or set.
  var children: [DERValue] {
    var children: [DERValue] = []
    var bytes = content
    while let child = DERValue(bytes) {
      children.append(child)
      bytes = child.rest
    }
    return children
  }
}
