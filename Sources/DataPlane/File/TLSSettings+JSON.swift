import JSON

extension TLSSettings {
  init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    let certificate = try reader.required("certificate")
    let key = try reader.required("key")
    let clientCA = try reader.string("clientCA")
    let clientAuth = try reader.choice("clientAuth", ClientAuth.self)
    let minimumVersion = try Self.version(&reader)
    try reader.finish()
    if let clientAuth, clientAuth != .none, clientCA == nil {
      throw PolicyError(path: reader.path("clientCA"), reason: "is missing: clientAuth needs the certificates that vouch for clients")
    }
    if clientAuth == ClientAuth.none, clientCA != nil {
      throw PolicyError(path: reader.path("clientAuth"), reason: "is none, and clientCA is given: write optional or required")
    }
    self.init(certificate: certificate, key: key, clientCA: clientCA, clientAuth: clientAuth, minimumVersion: minimumVersion ?? .v12)
  }

  /// YAML reads 1.2 without quotes as a number.
  private static func version(_ reader: inout FieldReader) throws(PolicyError) -> Version? {
    guard let value = reader.value("minimumVersion") else { return nil }
    guard let version = Version(rawValue: value.string ?? value.text()) else {
      throw PolicyError(path: reader.path("minimumVersion"), reason: "is \(value.text()): write \"1.2\" or \"1.3\"")
    }
    return version
  }
}
