import PolicyFormat

extension AdminListener {
  init(_ fields: FieldReader) throws(PolicyError) {
    var reader = fields
    let host = try reader.string("host")
    guard let port = try reader.integer("port") else {
      throw PolicyError(path: reader.path("port"), reason: "is missing: write a port, for example 8081")
    }
    guard (0...65535).contains(port) else {
      throw PolicyError(path: reader.path("port"), reason: "is \(port): write a port from 1 to 65535, or 0 for any free one")
    }
    try reader.finish()
    self.init(port: port)
    if let host { self.host = host }
  }
}
